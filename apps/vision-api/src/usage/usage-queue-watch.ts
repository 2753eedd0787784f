import { Logger } from '@nestjs/common';
import { type Metrics } from '@nomo/service-kit';
import { type Queue } from 'bullmq';
import { type Redis } from 'ioredis';
import { Gauge } from 'prom-client';
import { type OpenUsage } from './open-usage.js';

/** How often the queue is looked at. A bound that is passed in between is passed by seconds. */
const LOOK_EVERY_MS = 2_000;

/** Of Redis' own limit: the rest is for the counters and records of the gate. */
const MOST_OF_MEMORY = 0.8;

export interface UsageQueueWatchOptions {
  readonly queue: Pick<Queue, 'getJobCounts' | 'getJobs'>;
  readonly redis: Pick<Redis, 'info'>;
  readonly open: Pick<OpenUsage, 'count'>;
  /** Jobs that may wait. */
  readonly limit: number;
  readonly metrics: Metrics | undefined;
}

/**
 * Looks after the usage queue from the side that fills it: shows how far the worker is
 * behind, also while no worker runs, and says when the queue holds as much as it may. Usage
 * then goes straight to PostgreSQL, so that a worker that is away for hours fills no memory.
 */
export class UsageQueueWatch {
  private readonly logger = new Logger('Usage');
  private timer: NodeJS.Timeout | undefined;
  private full = false;
  private readonly jobs: Gauge<'state'> | undefined;
  private readonly oldest: Gauge | undefined;
  private readonly requests: Gauge | undefined;

  constructor(private readonly options: UsageQueueWatchOptions) {
    const { metrics } = options;
    if (metrics === undefined) return;
    const registers = [metrics.registry];
    this.jobs = new Gauge({
      name: 'vision_usage_queue_jobs',
      help: 'Batches of usage in the queue: waiting, at work, or dead letters.',
      labelNames: ['state'],
      registers,
    });
    this.oldest = new Gauge({
      name: 'vision_usage_queue_oldest_seconds',
      help: 'How long the oldest batch has been waiting to be written into PostgreSQL.',
      registers,
    });
    this.requests = new Gauge({
      name: 'vision_usage_open_requests',
      help: 'Requests of all processes that are in the journal and not in the queue yet.',
      registers,
    });
  }

  /** Whether the queue holds as much as it may. */
  get isFull(): boolean {
    return this.full;
  }

  /** Looks now, without being waited for, and from now on. */
  start(): void {
    let looking = false;
    const look = async (): Promise<void> => {
      if (looking) return;
      looking = true;
      await this.look();
      looking = false;
    };
    void look();
    this.timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Looks once. What is known stays as it is while Redis does not answer. */
  async look(): Promise<void> {
    const { queue, redis, open, limit } = this.options;
    try {
      const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'failed');
      const waiting = (counts['wait'] ?? 0) + (counts['delayed'] ?? 0);
      this.jobs?.set({ state: 'waiting' }, waiting);
      this.jobs?.set({ state: 'active' }, counts['active'] ?? 0);
      this.jobs?.set({ state: 'dead' }, counts['failed'] ?? 0);
      const [oldest] = await queue.getJobs(['wait'], 0, 0, true);
      this.oldest?.set(
        oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.timestamp) / 1000,
      );
      this.judge(waiting >= limit || isNearlyFull(await redis.info('memory')));
      this.requests?.set(await open.count());
    } catch {
      // The connection tells the log by itself.
    }
  }

  private judge(full: boolean): void {
    if (full !== this.full) {
      if (full) {
        this.logger.warn('The usage queue is full: usage is written straight to PostgreSQL');
      } else this.logger.log('The usage queue has room again');
    }
    this.full = full;
  }
}

/** Whether Redis has little left of the memory that it may use. */
function isNearlyFull(info: string): boolean {
  const most = Number(/^maxmemory:(?<bytes>\d+)/mu.exec(info)?.groups?.['bytes'] ?? 0);
  const used = Number(/^used_memory:(?<bytes>\d+)/mu.exec(info)?.groups?.['bytes'] ?? 0);
  return most > 0 && used >= most * MOST_OF_MEMORY;
}
