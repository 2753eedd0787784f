import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { leaveQueue } from '@nomo/queues';
import { CONFIG } from '@nomo/service-kit';
import { type Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Config } from '../config.js';
import { RedisModule } from '../redis/redis.module.js';
import { openUsageQueue } from './bull-usage-queue.js';
import { OpenUsage } from './open-usage.js';
import { UsageSweeper } from './usage-sweeper.js';
import { UsageWorker } from './usage.worker.js';
import { UsageWriter } from './usage.writer.js';

const QUEUE = Symbol('usage queue');

/** The worker's side of usage: from the queue, and what was left open, into PostgreSQL. */
@Module({
  imports: [RedisModule],
  providers: [
    {
      provide: QUEUE,
      inject: [CONFIG],
      useFactory: (config: Config) => openUsageQueue(config.REDIS_URL),
    },
    {
      provide: UsageSweeper,
      inject: [Redis, QUEUE],
      useFactory: (redis: Redis, queue: Queue) => new UsageSweeper(new OpenUsage(redis), queue),
    },
    UsageWorker,
    UsageWriter,
  ],
})
export class UsageWorkerModule implements OnApplicationShutdown {
  constructor(@Inject(QUEUE) private readonly queue: Queue) {}

  async onApplicationShutdown(): Promise<void> {
    await leaveQueue(this.queue);
  }
}
