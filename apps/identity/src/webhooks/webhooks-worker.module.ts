import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type WorkerConfig } from '../config.js';
import { type DeliveryQueue } from '../deliveries/delivery-queue.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DeliveryWorker } from '../deliveries/delivery-worker.js';
import { SecurityEventsRepository } from '../security-events/security-events.repository.js';
import { WebhookDeliverer } from './webhook-deliverer.js';
import { WEBHOOK_QUEUE } from './webhook-job.js';
import { WebhookOutboxModule } from './webhook-outbox.module.js';
import { WEBHOOKS } from './webhook-outbox.js';
import { DueDeliveriesRepository } from './webhooks.repository.js';

/** Sends webhooks: those that were called for, and those that are due. */
@Injectable()
class WebhookWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: DeliveryWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: WorkerConfig,
    @Inject(WEBHOOKS) private readonly queue: DeliveryQueue,
    private readonly due: DueDeliveriesRepository,
    private readonly deliverer: WebhookDeliverer,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = new DeliveryWorker({
      name: WEBHOOK_QUEUE,
      queue: this.queue,
      redisUrl: this.config.REDIS_URL,
      logger: new Logger('Webhooks'),
      findDue: (most) => this.due.find(most),
      attempt: (job) => this.deliverer.attempt(job),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }
}

@Module({
  imports: [DeliveriesModule, WebhookOutboxModule],
  providers: [
    WebhookWorker,
    WebhookDeliverer,
    DueDeliveriesRepository,
    SecurityEventsRepository,
  ],
})
export class WebhooksWorkerModule {}
