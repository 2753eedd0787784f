import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request } from 'express';
import { type Call, CurrentCall } from '../management/call.js';
import { given } from '../management/given.js';
import { found } from '../management/management.problems.js';
import { IdempotencyKeyHeader, Mutations } from '../management/mutations.js';
import { ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { RotateSecret } from '../management/secret-rotation.js';
import { ApplicationsRepository } from './applications.repository.js';
import {
  ApplicationAnswer,
  ApplicationPage,
  ApplicationsQuery,
  CreateApplication,
  CreatedApplicationAnswer,
  RotatedSecretAnswer,
  SecretsAnswer,
  showApplication,
  showSecret,
  UpdateApplication,
} from './applications.schemas.js';
import { ApplicationsService } from './applications.service.js';

const params = { clientId: 'The client id.' };

@ApiTags('applications')
@Controller(':org/api/v1/applications')
export class ApplicationsController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly repository: ApplicationsRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'applications:read',
    summary: 'List applications, newest first',
    query: PAGE_PARAMETERS,
    answer: ApplicationPage,
  })
  async listApplications(
    @CurrentCall() call: Call,
    @Query({ schema: ApplicationsQuery }) { limit, cursor }: ApplicationsQuery,
  ): Promise<ApplicationPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, cursor, limit + 1),
    );
    return cut(
      rows,
      limit,
      ({ createdAt, clientId }) => ({ at: createdAt, id: clientId }),
      showApplication,
    );
  }

  @Post()
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'applications:write',
    summary: 'Make an application; its secret is in the answer and nowhere else',
    answer: CreatedApplicationAnswer,
    status: 201,
    problems: { 422: ['idempotency_key_reused'] },
  })
  async createApplication(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Body({ schema: CreateApplication }) input: CreateApplication,
  ): Promise<CreatedApplicationAnswer> {
    return this.mutations.once(call, request, async (tx) => {
      const { application, secret } = await this.applications.create(
        tx,
        call.realm,
        input,
        call.origin,
      );
      const clientSecret = secret?.reveal();
      return {
        ...showApplication(application),
        ...(clientSecret !== undefined && { clientSecret }),
      };
    });
  }

  @Get(':clientId')
  @ManagementOperation({
    scope: 'applications:read',
    summary: 'Read an application',
    params,
    answer: ApplicationAnswer,
  })
  async readApplication(
    @CurrentCall() call: Call,
    @Param('clientId') clientId: string,
  ): Promise<ApplicationAnswer> {
    return this.mutations.run(call, async (tx) =>
      showApplication(found(await this.applications.find(tx, call.realm, clientId))),
    );
  }

  @Patch(':clientId')
  @ManagementOperation({
    scope: 'applications:write',
    summary: 'Change an application',
    params,
    answer: ApplicationAnswer,
  })
  async updateApplication(
    @CurrentCall() call: Call,
    @Param('clientId') clientId: string,
    @Body({ schema: UpdateApplication }) change: UpdateApplication,
  ): Promise<ApplicationAnswer> {
    return this.mutations.run(call, async (tx) => {
      const { realm, origin } = call;
      return showApplication(
        found(await this.applications.update(tx, realm, clientId, given(change), origin)),
      );
    });
  }

  @Post(':clientId/disable')
  @ManagementOperation({
    scope: 'applications:write',
    summary: 'Shut an application out, and revoke what it was granted',
    params,
    answer: ApplicationAnswer,
  })
  async disableApplication(
    @CurrentCall() call: Call,
    @Param('clientId') clientId: string,
  ): Promise<ApplicationAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.applications.disable(tx, call.realm, clientId, call.origin);
      return showApplication(found(await this.applications.find(tx, call.realm, clientId)));
    });
  }

  @Post(':clientId/enable')
  @ManagementOperation({
    scope: 'applications:write',
    summary: 'Let an application in again',
    params,
    answer: ApplicationAnswer,
  })
  async enableApplication(
    @CurrentCall() call: Call,
    @Param('clientId') clientId: string,
  ): Promise<ApplicationAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.applications.enable(tx, call.realm, clientId, call.origin);
      return showApplication(found(await this.applications.find(tx, call.realm, clientId)));
    });
  }

  @Get(':clientId/secrets')
  @ManagementOperation({
    scope: 'applications:read',
    summary: 'List the secrets of an application that are good, without themselves',
    params,
    answer: SecretsAnswer,
  })
  async listApplicationSecrets(
    @CurrentCall() call: Call,
    @Param('clientId') clientId: string,
  ): Promise<SecretsAnswer> {
    return this.mutations.run(call, async (tx) => {
      found(await this.applications.find(tx, call.realm, clientId));
      const secrets = await this.applications.secretsOf(tx, call.realm, clientId);
      return { items: secrets.map(showSecret) };
    });
  }

  @Post(':clientId/secrets')
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'applications:write',
    summary: 'Give an application a new secret; the old one works on for a while',
    params,
    answer: RotatedSecretAnswer,
    status: 201,
    problems: { 409: ['no_secret'], 422: ['idempotency_key_reused'] },
  })
  async rotateApplicationSecret(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Param('clientId') clientId: string,
    @Body({ schema: RotateSecret }) { graceSeconds }: RotateSecret,
  ): Promise<RotatedSecretAnswer> {
    return this.mutations.once(call, request, async (tx) => {
      const { secret, stored } = found(
        await this.applications.rotateSecret(
          tx,
          call.realm,
          clientId,
          graceSeconds,
          call.origin,
        ),
      );
      return { ...showSecret(stored), clientSecret: secret.reveal() };
    });
  }
}
