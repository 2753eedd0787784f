import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { Queue } from 'bullmq';
import { type Config } from '../../config.js';
import { LOGOUT_QUEUE, type LogoutJob } from './logout-job.js';
import { LogoutOutbox, LOGOUTS } from './logout-outbox.js';

/** Having applications told that a session ended. */
@Module({
  providers: [
    {
      provide: LOGOUTS,
      inject: [CONFIG],
      useFactory: (config: Config) => {
        const queue = new Queue<LogoutJob>(LOGOUT_QUEUE.name, {
          prefix: LOGOUT_QUEUE.prefix,
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
    LogoutOutbox,
  ],
  exports: [LogoutOutbox, LOGOUTS],
})
export class LogoutOutboxModule implements OnApplicationShutdown {
  constructor(@Inject(LOGOUTS) private readonly queue: Queue<LogoutJob>) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
