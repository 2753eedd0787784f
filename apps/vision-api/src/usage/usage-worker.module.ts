import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { USAGE_QUEUE } from './usage-event.js';
import { UsageProcessor } from './usage.processor.js';
import { UsageWriter } from './usage.writer.js';

/** The worker's side of usage: from the queue into PostgreSQL. */
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        prefix: USAGE_QUEUE.prefix,
        // A worker has nothing better to do than to wait for Redis.
        connection: { url: config.REDIS_URL, maxRetriesPerRequest: null },
      }),
    }),
    BullModule.registerQueue({ name: USAGE_QUEUE.name }),
  ],
  providers: [UsageProcessor, UsageWriter],
})
export class UsageWorkerModule {}
