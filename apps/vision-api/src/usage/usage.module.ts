import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Limits } from '@nomo/limits';
import { leaveQueue } from '@nomo/queues';
import { CONFIG, Metrics } from '@nomo/service-kit';
import { type Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Counter } from 'prom-client';
import { type Config } from '../config.js';
import { GateModule } from '../gate/gate.module.js';
import { BullUsageQueue, openUsageQueue } from './bull-usage-queue.js';
import { DirectUsage } from './direct-usage.js';
import { type UsageBatch } from './usage-event.js';
import { UsageQueueWatch } from './usage-queue-watch.js';
import { UsageInterceptor } from './usage.interceptor.js';
import { UsageRecorder } from './usage.recorder.js';

const QUEUE = Symbol('usage queue');

/** The API's side of usage: recording it into the queue, or into PostgreSQL. */
@Module({
  imports: [GateModule],
  providers: [
    {
      provide: QUEUE,
      inject: [CONFIG],
      useFactory: (config: Config) => openUsageQueue(config.REDIS_URL),
    },
    {
      provide: UsageQueueWatch,
      inject: [QUEUE, Redis, CONFIG, Metrics],
      useFactory: (queue: Queue<UsageBatch>, redis: Redis, config: Config, metrics: Metrics) =>
        new UsageQueueWatch({ queue, redis, limit: config.USAGE_QUEUE_LIMIT, metrics }),
    },
    DirectUsage,
    {
      provide: UsageRecorder,
      inject: [QUEUE, Limits, UsageQueueWatch, DirectUsage, Metrics],
      useFactory: (
        queue: Queue<UsageBatch>,
        limits: Limits,
        watch: UsageQueueWatch,
        direct: DirectUsage,
        metrics: Metrics,
      ) => {
        const stored = new Counter({
          name: 'vision_usage_events_total',
          help: 'Answers whose usage became durable, by where: the queue, or the table itself.',
          labelNames: ['path'],
          registers: [metrics.registry],
        });
        const bull = new BullUsageQueue(
          queue,
          () => limits.available,
          () => watch.isFull,
        );
        return new UsageRecorder(bull, direct, (path, events) => {
          stored.inc({ path }, events);
        });
      },
    },
    UsageInterceptor,
  ],
  exports: [UsageInterceptor, UsageRecorder],
})
export class UsageModule
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(QUEUE) private readonly queue: Queue<UsageBatch>,
    private readonly watch: UsageQueueWatch,
    private readonly recorder: UsageRecorder,
  ) {}

  onModuleInit(): void {
    this.watch.start();
  }

  /** While the connections still stand: what has been answered is not to be lost. */
  async beforeApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.recorder.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    await leaveQueue(this.queue);
  }
}
