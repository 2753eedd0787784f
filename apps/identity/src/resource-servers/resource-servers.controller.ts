import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problem } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Call, CurrentCall } from '../management/call.js';
import { given } from '../management/given.js';
import { found, notFound } from '../management/management.problems.js';
import { IdempotencyKeyHeader, Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { IdentifierTaken, ResourceServersRepository } from './resource-servers.repository.js';
import {
  CreateResourceServer,
  ResourceServerAnswer,
  ResourceServerPage,
  ResourceServersQuery,
  showResourceServer,
  UpdateResourceServer,
} from './resource-servers.schemas.js';
import { ResourceServersService } from './resource-servers.service.js';

const params = { id: 'The id of the resource server.' };

@ApiTags('resources')
@Controller(':org/api/v1/resources')
export class ResourceServersController {
  constructor(
    private readonly servers: ResourceServersService,
    private readonly repository: ResourceServersRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'resources:read',
    summary: 'List resource servers, newest first',
    query: PAGE_PARAMETERS,
    answer: ResourceServerPage,
  })
  async listResourceServers(
    @CurrentCall() call: Call,
    @Query({ schema: ResourceServersQuery }) { limit, cursor }: ResourceServersQuery,
  ): Promise<ResourceServerPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, cursor, limit + 1),
    );
    return cut(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), showResourceServer);
  }

  @Post()
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'resources:write',
    summary: 'Make a resource server',
    answer: ResourceServerAnswer,
    status: 201,
    problems: { 409: ['identifier_taken'], 422: ['idempotency_key_reused'] },
  })
  async createResourceServer(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Body({ schema: CreateResourceServer }) input: CreateResourceServer,
  ): Promise<ResourceServerAnswer> {
    return this.mutations
      .once(call, request, async (tx) =>
        showResourceServer(await this.servers.create(tx, call.realm, input, call.origin)),
      )
      .catch(asProblem);
  }

  @Patch(':id')
  @ManagementOperation({
    scope: 'resources:write',
    summary: 'Change a resource server',
    params,
    answer: ResourceServerAnswer,
  })
  async updateResourceServer(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
    @Body({ schema: UpdateResourceServer }) change: UpdateResourceServer,
  ): Promise<ResourceServerAnswer> {
    return this.mutations.run(call, async (tx) =>
      showResourceServer(
        found(await this.servers.update(tx, call.realm, id, given(change), call.origin)),
      ),
    );
  }

  @Delete(':id')
  @ManagementOperation({
    scope: 'resources:write',
    summary: 'Remove a resource server',
    params,
  })
  async deleteResourceServer(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<void> {
    await this.mutations.run(call, async (tx) => {
      if (!(await this.servers.delete(tx, call.realm, id, call.origin))) throw notFound();
    });
  }
}

function asProblem(error: unknown): never {
  if (!(error instanceof IdentifierTaken)) throw error;
  throw new Problem({
    status: 409,
    code: error.code,
    detail: 'Another resource server has this identifier, or the organization itself.',
  });
}
