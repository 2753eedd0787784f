import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request } from 'express';
import { type Call, CurrentCall } from '../management/call.js';
import { given } from '../management/given.js';
import { found, notFound } from '../management/management.problems.js';
import { IdempotencyKeyHeader, Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { RotateSecret } from '../management/secret-rotation.js';
import { WebhooksRepository } from './webhooks.repository.js';
import {
  CreatedWebhookAnswer,
  CreateWebhook,
  DeliveryPage,
  RotatedWebhookSecretAnswer,
  showDelivery,
  showWebhook,
  UpdateWebhook,
  WebhookAnswer,
  WebhookPage,
  WebhooksQuery,
} from './webhooks.schemas.js';
import { WebhooksService } from './webhooks.service.js';

const params = { id: 'The id of the webhook endpoint.' };

@ApiTags('webhooks')
@Controller(':org/api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly repository: WebhooksRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'webhooks:read',
    summary: 'List webhook endpoints, newest first',
    query: PAGE_PARAMETERS,
    answer: WebhookPage,
  })
  async listWebhooks(
    @CurrentCall() call: Call,
    @Query({ schema: WebhooksQuery }) { limit, cursor }: WebhooksQuery,
  ): Promise<WebhookPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.listEndpoints(tx, call.realm, cursor, limit + 1),
    );
    return cut(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), showWebhook);
  }

  @Post()
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Have security events sent somewhere',
    answer: CreatedWebhookAnswer,
    status: 201,
    problems: { 422: ['idempotency_key_reused'] },
  })
  async createWebhook(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Body({ schema: CreateWebhook }) input: CreateWebhook,
  ): Promise<CreatedWebhookAnswer> {
    return this.mutations.once(call, request, async (tx) => {
      const { realm, origin } = call;
      const { endpoint, secret } = await this.webhooks.create(tx, realm, input, origin);
      return { ...showWebhook(endpoint), secret: secret.reveal() };
    });
  }

  @Get(':id')
  @ManagementOperation({
    scope: 'webhooks:read',
    summary: 'Read a webhook endpoint',
    params,
    answer: WebhookAnswer,
  })
  async readWebhook(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<WebhookAnswer> {
    return this.mutations.run(call, async (tx) =>
      showWebhook(found(await this.repository.findEndpoint(tx, call.realm, id))),
    );
  }

  @Patch(':id')
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Change a webhook endpoint; what waits is sent to the new address',
    params,
    answer: WebhookAnswer,
  })
  async updateWebhook(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
    @Body({ schema: UpdateWebhook }) change: UpdateWebhook,
  ): Promise<WebhookAnswer> {
    return this.mutations.run(call, async (tx) => {
      const { realm, origin } = call;
      return showWebhook(
        found(await this.webhooks.update(tx, realm, id, given(change), origin)),
      );
    });
  }

  @Post(':id/disable')
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Have nothing sent there for now; what falls due meanwhile is given up',
    params,
    answer: WebhookAnswer,
  })
  async disableWebhook(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<WebhookAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.webhooks.disable(tx, call.realm, id, call.origin);
      return showWebhook(found(await this.repository.findEndpoint(tx, call.realm, id)));
    });
  }

  @Post(':id/enable')
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Have security events sent there again: those from now on',
    params,
    answer: WebhookAnswer,
  })
  async enableWebhook(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<WebhookAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.webhooks.enable(tx, call.realm, id, call.origin);
      return showWebhook(found(await this.repository.findEndpoint(tx, call.realm, id)));
    });
  }

  @Post(':id/secrets')
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Give a webhook endpoint a new secret; the old one signs, too, for a while',
    params,
    answer: RotatedWebhookSecretAnswer,
    status: 201,
    problems: { 409: ['too_many_secrets'], 422: ['idempotency_key_reused'] },
  })
  async rotateWebhookSecret(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Param('id', idParam) id: string,
    @Body({ schema: RotateSecret }) { graceSeconds }: RotateSecret,
  ): Promise<RotatedWebhookSecretAnswer> {
    return this.mutations.once(call, request, async (tx) => {
      const { realm, origin } = call;
      const { secret, graceEndsAt } = found(
        await this.webhooks.rotateSecret(tx, realm, id, graceSeconds, origin),
      );
      return { secret: secret.reveal(), graceEndsAt: graceEndsAt.toISOString() };
    });
  }

  @Delete(':id')
  @ManagementOperation({
    scope: 'webhooks:write',
    summary: 'Have no more security events sent there',
    params,
  })
  async deleteWebhook(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<void> {
    await this.mutations.run(call, async (tx) => {
      if (!(await this.webhooks.delete(tx, call.realm, id, call.origin))) throw notFound();
    });
  }

  @Get(':id/deliveries')
  @ManagementOperation({
    scope: 'webhooks:read',
    summary: 'List what was sent there, newest first, and how that went',
    params,
    query: PAGE_PARAMETERS,
    answer: DeliveryPage,
  })
  async listWebhookDeliveries(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
    @Query({ schema: WebhooksQuery }) { limit, cursor }: WebhooksQuery,
  ): Promise<DeliveryPage> {
    const rows = await this.mutations.run(call, async (tx) => {
      found(await this.repository.findEndpoint(tx, call.realm, id));
      return this.repository.listDeliveries(tx, call.realm.orgId, id, cursor, limit + 1);
    });
    return cut(
      rows,
      limit,
      ({ createdAt, id: at }) => ({ at: createdAt, id: at }),
      showDelivery,
    );
  }
}
