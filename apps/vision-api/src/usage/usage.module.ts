import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { Queue } from 'bullmq';
import { type Config } from '../config.js';
import { GateModule } from '../gate/gate.module.js';
import { USAGE_QUEUE, type UsageBatch } from './usage-event.js';
import { UsageInterceptor } from './usage.interceptor.js';
import { UsageRecorder } from './usage.recorder.js';

const QUEUE = Symbol('usage queue');

/** The API's side of usage: recording it into the queue. */
@Module({
  imports: [GateModule],
  providers: [
    {
      provide: QUEUE,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new Queue<UsageBatch>(USAGE_QUEUE.name, {
          prefix: USAGE_QUEUE.prefix,
          // A request waits for this connection, so it fails rather than hold requests back.
          connection: {
            url: config.REDIS_URL,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 1,
            commandTimeout: 2_000,
          },
          defaultJobOptions: {
            removeOnComplete: true,
            // PostgreSQL may be away for a while: 1 s, 2 s, 4 s … half an hour in all.
            attempts: 12,
            backoff: { type: 'exponential', delay: 1_000 },
          },
        }),
    },
    {
      provide: UsageRecorder,
      inject: [QUEUE],
      useFactory: (queue: Queue<UsageBatch>) => new UsageRecorder(queue),
    },
    UsageInterceptor,
  ],
  exports: [UsageInterceptor, UsageRecorder],
})
export class UsageModule implements OnApplicationShutdown {
  constructor(
    @Inject(QUEUE) private readonly queue: Queue<UsageBatch>,
    private readonly recorder: UsageRecorder,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.recorder.flush();
    await this.queue.close();
  }
}
