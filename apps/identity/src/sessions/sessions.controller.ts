import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Call, CurrentCall } from '../management/call.js';
import { notFound } from '../management/management.problems.js';
import { Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionPage, SessionsQuery, showSession } from './sessions.schemas.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('sessions')
@Controller(':org/api/v1/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly repository: SessionsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'sessions:read',
    summary: 'List living sessions, newest first',
    query: [
      ...PAGE_PARAMETERS,
      { name: 'userId', required: false, schema: { type: 'string', format: 'uuid' } },
    ],
    answer: SessionPage,
  })
  async listSessions(
    @CurrentCall() call: Call,
    @Query({ schema: SessionsQuery }) { limit, cursor, userId }: SessionsQuery,
  ): Promise<SessionPage> {
    const now = new Date();
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, {
        userId,
        now,
        position: cursor,
        most: limit + 1,
      }),
    );
    return cut(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), showSession);
  }

  @Delete(':id')
  @ManagementOperation({
    scope: 'sessions:write',
    summary: 'End a session, and the grants that were given at it',
    params: { id: 'The id of the session.' },
  })
  async revokeSession(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<void> {
    await this.mutations.run(call, async (tx) => {
      const { realm, origin } = call;
      if (!(await this.sessions.revoke(tx, realm, id, 'revoked_by_operator', origin))) {
        throw notFound();
      }
    });
  }
}
