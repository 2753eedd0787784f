import { Module } from '@nestjs/common';
import { WebhookOutboxModule } from './webhook-outbox.module.js';
import { WebhookSecretsRepository } from './webhook-secrets.repository.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/** Where organizations want their security events sent. */
@Module({
  imports: [WebhookOutboxModule],
  controllers: [WebhooksController],
  providers: [WebhooksService, WebhookSecretsRepository],
})
export class WebhooksModule {}
