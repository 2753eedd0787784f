import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type Queue, UnrecoverableError, Worker } from 'bullmq';
import { type WorkerConfig } from '../config.js';
import { repeat, type Repetition } from '../schedule/repeat.js';
import { SecurityEventsRepository } from '../security-events/security-events.repository.js';
import { WebhookDeliverer } from './webhook-deliverer.js';
import { WebhookJob, WEBHOOK_QUEUE } from './webhook-job.js';
import { WebhookOutboxModule } from './webhook-outbox.module.js';
import { WEBHOOKS } from './webhook-outbox.js';
import { DueDeliveriesRepository } from './webhooks.repository.js';

/** What a lost call left, or what waits for another attempt, is found within this. */
const SWEEP_EVERY_MS = 5_000;
const MOST_A_SWEEP = 500;
/** They wait for others more than they work. */
const AT_ONCE = 16;

/** Sends webhooks: those that were called for, and those that are due. */
@Injectable()
class WebhookWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private worker: Worker<unknown> | undefined;
  private sweep: Repetition | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: WorkerConfig,
    @Inject(WEBHOOKS) private readonly queue: Queue<WebhookJob>,
    private readonly due: DueDeliveriesRepository,
    private readonly deliverer: WebhookDeliverer,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = new Worker<unknown>(
      WEBHOOK_QUEUE.name,
      async (job) => {
        const parsed = WebhookJob.safeParse(job.data);
        if (!parsed.success) throw new UnrecoverableError('the job names no delivery');
        await this.deliverer.attempt(parsed.data);
      },
      {
        prefix: WEBHOOK_QUEUE.prefix,
        connection: { url: this.config.REDIS_URL, maxRetriesPerRequest: null },
        concurrency: AT_ONCE,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    );
    this.worker.on('failed', (job, error) => {
      this.logger.error(error, `Webhook ${job?.id ?? '?'} waits for the next sweep`);
    });
    this.worker.on('error', (error) => {
      this.logger.warn(error, 'The webhook worker has lost its connection');
    });
    this.sweep = repeat(SWEEP_EVERY_MS, () => this.callForDue());
  }

  /** Finishes what runs while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.sweep?.stop();
    await this.worker?.close();
  }

  /** A job with the id of its delivery: one that is called for already is not called for twice. */
  private async callForDue(): Promise<void> {
    try {
      const due = await this.due.find(MOST_A_SWEEP);
      await this.queue.addBulk(
        due.map(({ orgId, id }) => ({
          name: 'deliver',
          data: { orgId, deliveryId: id },
          opts: { jobId: id },
        })),
      );
    } catch (error) {
      this.logger.warn(error, 'Webhooks that are due could not be called for');
    }
  }
}

@Module({
  imports: [WebhookOutboxModule],
  providers: [
    WebhookWorker,
    WebhookDeliverer,
    DueDeliveriesRepository,
    SecurityEventsRepository,
  ],
})
export class WebhooksWorkerModule {}
