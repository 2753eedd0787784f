import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { leaveQueue } from '@nomo/queues';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { type DeliveryQueue, openDeliveryQueue } from '../deliveries/delivery-queue.js';
import { WEBHOOK_QUEUE } from './webhook-job.js';
import { WebhookOutbox, WEBHOOKS } from './webhook-outbox.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Putting webhooks on their way. */
@Module({
  providers: [
    {
      provide: WEBHOOKS,
      inject: [CONFIG],
      useFactory: ({ REDIS_URL }: Config) => openDeliveryQueue(REDIS_URL, WEBHOOK_QUEUE),
    },
    WebhooksRepository,
    WebhookOutbox,
  ],
  exports: [WebhookOutbox, WebhooksRepository, WEBHOOKS],
})
export class WebhookOutboxModule implements OnApplicationShutdown {
  constructor(@Inject(WEBHOOKS) private readonly queue: DeliveryQueue) {}

  async onApplicationShutdown(): Promise<void> {
    await leaveQueue(this.queue);
  }
}
