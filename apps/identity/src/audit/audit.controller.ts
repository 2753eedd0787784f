import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Call, CurrentCall } from '../management/call.js';
import { Mutations } from '../management/mutations.js';
import { ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { AuditEventsRepository } from './audit-events.repository.js';
import { AuditEventPage, AuditEventsQuery, showAuditEvent } from './audit.schemas.js';

@ApiTags('audit')
@Controller(':org/api/v1/audit-events')
export class AuditController {
  constructor(
    private readonly events: AuditEventsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'audit:read',
    summary: 'List what was done, the last first; an event is there within seconds',
    query: [
      ...PAGE_PARAMETERS,
      { name: 'action', required: false, schema: { type: 'string' } },
    ],
    answer: AuditEventPage,
  })
  async listAuditEvents(
    @CurrentCall() call: Call,
    @Query({ schema: AuditEventsQuery }) { limit, cursor, action }: AuditEventsQuery,
  ): Promise<AuditEventPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.events.list(tx, call.realm, { action, position: cursor, most: limit + 1 }),
    );
    return cut(
      rows,
      limit,
      ({ occurredAt, seq }) => ({ at: occurredAt, id: String(seq) }),
      showAuditEvent,
    );
  }
}
