import {
  Inject,
  Logger,
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
import { OpenUsage } from './open-usage.js';
import { type UsageBatch } from './usage-event.js';
import { UsageJournal } from './usage-journal.js';
import { UsageQueueWatch } from './usage-queue-watch.js';
import { UsageInterceptor } from './usage.interceptor.js';
import { UsageStore } from './usage-store.js';
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
      inject: [QUEUE, Redis, OpenUsage, CONFIG, Metrics],
      useFactory: (
        queue: Queue<UsageBatch>,
        redis: Redis,
        open: OpenUsage,
        config: Config,
        metrics: Metrics,
      ) =>
        new UsageQueueWatch({ queue, redis, open, limit: config.USAGE_QUEUE_LIMIT, metrics }),
    },
    DirectUsage,
    {
      provide: BullUsageQueue,
      inject: [QUEUE, Limits, UsageQueueWatch],
      useFactory: (queue: Queue<UsageBatch>, limits: Limits, watch: UsageQueueWatch) =>
        new BullUsageQueue(
          queue,
          () => limits.available,
          () => watch.isFull,
        ),
    },
    {
      provide: UsageStore,
      inject: [BullUsageQueue, DirectUsage, Metrics],
      useFactory: (queue: BullUsageQueue, direct: DirectUsage, metrics: Metrics) => {
        const stored = new Counter({
          name: 'vision_usage_events_total',
          help: 'Answers whose usage was stored, by where: the queue, or the table itself.',
          labelNames: ['path'],
          registers: [metrics.registry],
        });
        return new UsageStore(queue, direct, (path, events) => {
          stored.inc({ path }, events);
        });
      },
    },
    {
      provide: UsageRecorder,
      inject: [UsageStore],
      useFactory: (usage: UsageStore) => new UsageRecorder(usage),
    },
    { provide: OpenUsage, inject: [Redis], useFactory: (redis: Redis) => new OpenUsage(redis) },
    {
      provide: UsageJournal,
      inject: [OpenUsage, UsageStore, UsageRecorder, BullUsageQueue, Limits],
      useFactory: (
        open: OpenUsage,
        usage: UsageStore,
        recorder: UsageRecorder,
        queue: BullUsageQueue,
        limits: Limits,
      ) => {
        const logger = new Logger('Usage');
        const journal = new UsageJournal({
          open,
          usage,
          recorder,
          usable: () => queue.usable,
          onChange: (failure) => {
            if (failure === undefined) logger.log('The usage of answers is stored again');
            else logger.warn(failure, 'The usage of answers is kept: nothing takes it');
          },
        });
        limits.onChange((available) => {
          if (available) journal.beat();
        });
        return journal;
      },
    },
    UsageInterceptor,
  ],
  exports: [UsageInterceptor, UsageJournal],
})
export class UsageModule
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(QUEUE) private readonly queue: Queue<UsageBatch>,
    private readonly watch: UsageQueueWatch,
    private readonly recorder: UsageRecorder,
    private readonly journal: UsageJournal,
  ) {}

  onModuleInit(): void {
    this.watch.start();
    this.journal.start();
  }

  /** While the connections still stand: what has been answered is not to be lost. */
  async beforeApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.recorder.flush();
    await this.journal.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await leaveQueue(this.queue);
  }
}
