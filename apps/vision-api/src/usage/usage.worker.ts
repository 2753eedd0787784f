import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { QueueWorker, workerConnection } from '@nomo/queues';
import { CONFIG, Metrics } from '@nomo/service-kit';
import { type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter } from 'prom-client';
import { type Config } from '../config.js';
import { isAboutTheData } from '../database/database-failure.js';
import { decodeBatch, USAGE_QUEUE } from './usage-event.js';
import { PoisonedUsage, UsageInterrupted, UsageMerger } from './usage-merger.js';
import { UsageWriter } from './usage.writer.js';

/** A batch whose worker died is safe to write again, so only its attempts bound it. */
const WORKERS_MAY_DIE = 100;

/** Jobs that are held at once, to be merged into few transactions. */
const JOBS_AT_ONCE = 200;

/**
 * Renewed while a job is held, also for as long as PostgreSQL is away. What a killed worker
 * held is taken up by another one when this is over and has been noticed: within 15 s. A
 * worker that only stood still for longer writes it as well, which changes nothing.
 */
const LOCK_MS = 10_000;
const LOOK_FOR_STALLED_MS = 5_000;

/** To finish at shutdown: longer than the transaction that is under way may take. */
const FINISH_MS = 15_000;

/** Works off the usage queue, for as long as the process runs. */
@Injectable()
export class UsageWorker implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Usage');
  private readonly stopping = new AbortController();
  private readonly batches: Counter<'outcome'>;
  private readonly merger: UsageMerger;
  private worker: QueueWorker | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    usage: UsageWriter,
    metrics: Metrics,
  ) {
    const registers = [metrics.registry];
    this.batches = new Counter({
      name: 'vision_usage_batches_total',
      help: 'Batches of usage taken from the queue: written, or dead letters.',
      labelNames: ['outcome'],
      registers,
    });
    const events = new Counter({
      name: 'vision_usage_written_events_total',
      help: 'Answers whose usage the worker has written into PostgreSQL.',
      registers,
    });
    this.merger = new UsageMerger({
      write: async (group) => {
        await usage.record(group);
        events.inc(group.length);
      },
      isAboutTheData,
      onChange: (failure) => {
        if (failure === undefined) this.logger.log('Usage is written again');
        else this.logger.warn(failure, 'Usage cannot be written: it waits in the queue');
      },
      pause: (milliseconds) =>
        sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined),
    });
  }

  onModuleInit(): void {
    this.worker = new QueueWorker(USAGE_QUEUE.name, (job, token) => this.process(job, token), {
      prefix: USAGE_QUEUE.prefix,
      connection: workerConnection(this.config.REDIS_URL),
      concurrency: JOBS_AT_ONCE,
      maxStalledCount: WORKERS_MAY_DIE,
      lockDuration: LOCK_MS,
      stalledInterval: LOOK_FOR_STALLED_MS,
      finishMs: FINISH_MS,
      onTrouble: (error) => {
        this.logger.warn(error, 'The usage worker cannot reach Redis');
      },
      onRecovery: () => {
        this.logger.log('The usage worker reaches Redis again');
      },
    });
    this.worker.jobs.on('completed', () => {
      this.batches.inc({ outcome: 'written' });
    });
    this.worker.jobs.on('failed', (job, { message: reason }) => {
      this.batches.inc({ outcome: 'dead' });
      this.logger.error({ reason }, `Usage batch ${job?.id ?? '?'} is a dead letter now`);
    });
  }

  /** Finishes what runs while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    this.merger.stop();
    this.stopping.abort();
    await this.worker?.close();
  }

  /** Writes one batch. A job that is no batch will never be one, so it is not tried again. */
  private async process(job: Job<unknown>, token: string | undefined): Promise<void> {
    const events = decodeBatch(job.data);
    if (events === undefined) throw new UnrecoverableError('the job holds no usage batch');
    try {
      await this.merger.write(events);
    } catch (error) {
      if (error instanceof PoisonedUsage) throw new UnrecoverableError(error.message);
      if (!(error instanceof UsageInterrupted)) throw error;
      // Back to where it came from, for the next worker, at the cost of no attempt.
      await job.moveToWait(token);
      throw new WaitingError();
    }
  }
}
