import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type WorkerConfig } from '../../config.js';
import { type DeliveryQueue } from '../../deliveries/delivery-queue.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { DeliveryWorker } from '../../deliveries/delivery-worker.js';
import { SigningKeysModule } from '../../signing-keys/signing-keys.module.js';
import { LogoutDeliverer } from './logout-deliverer.js';
import { LogoutOutboxModule } from './logout-outbox.module.js';
import { LOGOUTS } from './logout-outbox.js';
import { LOGOUT_QUEUE } from './logout-queue.js';
import { DueLogoutsRepository } from './logouts.repository.js';

/** Tells applications of sessions that have ended: as soon as it is called, and again until they have heard. */
@Injectable()
class LogoutWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: DeliveryWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: WorkerConfig,
    @Inject(LOGOUTS) private readonly queue: DeliveryQueue,
    private readonly due: DueLogoutsRepository,
    private readonly deliverer: LogoutDeliverer,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = new DeliveryWorker({
      name: LOGOUT_QUEUE,
      queue: this.queue,
      redisUrl: this.config.REDIS_URL,
      logger: new Logger('Logouts'),
      findDue: (most) => this.due.find(most),
      attempt: (job) => this.deliverer.attempt(job),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }
}

@Module({
  imports: [DeliveriesModule, LogoutOutboxModule, SigningKeysModule],
  providers: [LogoutWorker, LogoutDeliverer, DueLogoutsRepository],
})
export class LogoutWorkerModule {}
