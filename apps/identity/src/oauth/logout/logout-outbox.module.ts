import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { leaveQueue } from '@nomo/queues';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../../config.js';
import { type DeliveryQueue, openDeliveryQueue } from '../../deliveries/delivery-queue.js';
import { LogoutOutbox, LOGOUTS } from './logout-outbox.js';
import { LOGOUT_QUEUE } from './logout-queue.js';
import { LogoutsRepository } from './logouts.repository.js';

/** Having applications told that a session ended. */
@Module({
  providers: [
    {
      provide: LOGOUTS,
      inject: [CONFIG],
      useFactory: ({ REDIS_URL }: Config) => openDeliveryQueue(REDIS_URL, LOGOUT_QUEUE),
    },
    LogoutOutbox,
    LogoutsRepository,
  ],
  exports: [LogoutOutbox, LogoutsRepository, LOGOUTS],
})
export class LogoutOutboxModule implements OnApplicationShutdown {
  constructor(@Inject(LOGOUTS) private readonly queue: DeliveryQueue) {}

  async onApplicationShutdown(): Promise<void> {
    await leaveQueue(this.queue);
  }
}
