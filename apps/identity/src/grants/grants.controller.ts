import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Call, CurrentCall } from '../management/call.js';
import { notFound } from '../management/management.problems.js';
import { Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { GrantsRepository } from './grants.repository.js';
import { GrantPage, GrantsQuery, showGrant } from './grants.schemas.js';
import { GrantsService } from './grants.service.js';

@ApiTags('grants')
@Controller(':org/api/v1/grants')
export class GrantsController {
  constructor(
    private readonly grants: GrantsService,
    private readonly repository: GrantsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'grants:read',
    summary:
      'List living grants, newest first: each is one sign-in of a user at an application',
    query: [
      ...PAGE_PARAMETERS,
      { name: 'userId', required: false, schema: { type: 'string', format: 'uuid' } },
      { name: 'clientId', required: false, schema: { type: 'string', maxLength: 100 } },
    ],
    answer: GrantPage,
  })
  async listGrants(
    @CurrentCall() call: Call,
    @Query({ schema: GrantsQuery }) { limit, cursor, userId, clientId }: GrantsQuery,
  ): Promise<GrantPage> {
    const of = { userId, clientId, now: new Date(), position: cursor, most: limit + 1 };
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, of),
    );
    return cut(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), showGrant);
  }

  @Delete(':id')
  @ManagementOperation({
    scope: 'grants:write',
    summary: 'End a grant, with all its tokens: that of a device that was lost, for one',
    params: { id: 'The id of the grant.' },
  })
  async revokeGrant(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<void> {
    await this.mutations.run(call, async (tx) => {
      const of = { id };
      const { realm, origin } = call;
      if ((await this.grants.revokeAll(tx, realm, of, 'revoked_by_operator', origin)) === 0)
        throw notFound();
    });
  }
}
