import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Call, CurrentCall } from '../management/call.js';
import { notFound } from '../management/management.problems.js';
import { Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { ConsentsRepository } from './consents.repository.js';
import { ConsentPage, ConsentsQuery, showConsent } from './consents.schemas.js';
import { ConsentsService } from './consents.service.js';

@ApiTags('consents')
@Controller(':org/api/v1/consents')
export class ConsentsController {
  constructor(
    private readonly consents: ConsentsService,
    private readonly repository: ConsentsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'consents:read',
    summary: 'List what users let applications have, newest first',
    query: [
      ...PAGE_PARAMETERS,
      { name: 'userId', required: false, schema: { type: 'string', format: 'uuid' } },
    ],
    answer: ConsentPage,
  })
  async listConsents(
    @CurrentCall() call: Call,
    @Query({ schema: ConsentsQuery }) { limit, cursor, userId }: ConsentsQuery,
  ): Promise<ConsentPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, { userId, position: cursor, most: limit + 1 }),
    );
    return cut(rows, limit, ({ grantedAt, id }) => ({ at: grantedAt, id }), showConsent);
  }

  @Delete(':id')
  @ManagementOperation({
    scope: 'consents:write',
    summary: 'Take a consent back, and revoke the grants that stood on it',
    params: { id: 'The id of the consent.' },
  })
  async revokeConsent(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<void> {
    await this.mutations.run(call, async (tx) => {
      if (!(await this.consents.revoke(tx, call.realm, id, call.origin))) throw notFound();
    });
  }
}
