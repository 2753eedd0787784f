import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { Queue } from 'bullmq';
import { type Config } from '../config.js';
import { WEBHOOK_QUEUE, type WebhookJob } from './webhook-job.js';
import { WebhookOutbox, WEBHOOKS } from './webhook-outbox.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Putting webhooks on their way. */
@Module({
  providers: [
    {
      provide: WEBHOOKS,
      inject: [CONFIG],
      useFactory: (config: Config) => {
        const queue = new Queue<WebhookJob>(WEBHOOK_QUEUE.name, {
          prefix: WEBHOOK_QUEUE.prefix,
          // A call that does not get through is made up for by the sweep.
          connection: {
            url: config.REDIS_URL,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 1,
          },
          defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
        });
        // Said by the connection that requests use, too; without a listener it would end us.
        queue.on('error', () => undefined);
        return queue;
      },
    },
    WebhooksRepository,
    WebhookOutbox,
  ],
  exports: [WebhookOutbox, WebhooksRepository, WEBHOOKS],
})
export class WebhookOutboxModule implements OnApplicationShutdown {
  constructor(@Inject(WEBHOOKS) private readonly queue: Queue<WebhookJob>) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
