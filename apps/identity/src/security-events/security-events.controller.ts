import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Call, CurrentCall } from '../management/call.js';
import { Mutations } from '../management/mutations.js';
import { ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { SECURITY_EVENT_TYPES } from './security-event.js';
import { SecurityEventsRepository } from './security-events.repository.js';
import {
  SecurityEventPage,
  SecurityEventsQuery,
  showSecurityEvent,
} from './security-events.schemas.js';

@ApiTags('security-events')
@Controller(':org/api/v1/security-events')
export class SecurityEventsController {
  constructor(
    private readonly events: SecurityEventsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'security-events:read',
    summary: 'List security events, newest first',
    query: [
      ...PAGE_PARAMETERS,
      {
        name: 'type',
        required: false,
        schema: { type: 'string', enum: [...SECURITY_EVENT_TYPES] },
      },
    ],
    answer: SecurityEventPage,
  })
  async listSecurityEvents(
    @CurrentCall() call: Call,
    @Query({ schema: SecurityEventsQuery }) { limit, cursor, type }: SecurityEventsQuery,
  ): Promise<SecurityEventPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.events.list(tx, call.realm, { type, position: cursor, most: limit + 1 }),
    );
    return cut(
      rows,
      limit,
      ({ occurredAt, id }) => ({ at: occurredAt, id }),
      showSecurityEvent,
    );
  }
}
