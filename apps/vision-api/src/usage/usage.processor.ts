import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Metrics } from '@nomo/service-kit';
import { type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { Counter } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAboutTheData } from '../database/database-failure.js';
import { decodeBatch, USAGE_QUEUE } from './usage-event.js';
import { PoisonedUsage, UsageInterrupted, UsageMerger } from './usage-merger.js';
import { UsageWriter } from './usage.writer.js';

/** A batch whose worker died is safe to write again, so only its attempts bound it. */
const WORKERS_MAY_DIE = 100;

/** Jobs that are held at once, to be merged into one transaction. */
const JOBS_AT_ONCE = 200;

@Processor(USAGE_QUEUE.name, {
  concurrency: JOBS_AT_ONCE,
  maxStalledCount: WORKERS_MAY_DIE,
  // Renewed while the job is held, also for as long as PostgreSQL is away.
  lockDuration: 30_000,
})
export class UsageProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Usage');
  private readonly batches: Counter<'outcome'>;
  private readonly merger: UsageMerger;
  private stopping: AbortController = new AbortController();

  constructor(usage: UsageWriter, metrics: Metrics) {
    super();
    const registers = [metrics.registry];
    this.batches = new Counter({
      name: 'vision_usage_batches_total',
      help: 'Batches of usage taken from the queue, by what became of them.',
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

  /** Finishes what runs while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    this.merger.stop();
    this.stopping.abort();
    await this.worker.close();
  }

  /** Writes one batch. A job that is no batch will never be one, so it is not tried again. */
  async process(job: Job<unknown>, token?: string): Promise<void> {
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

  @OnWorkerEvent('completed')
  onCompleted(): void {
    this.batches.inc({ outcome: 'written' });
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<unknown> | undefined, error: Error): void {
    this.batches.inc({ outcome: 'dead' });
    const reason = error.message;
    this.logger.error({ reason }, `Usage batch ${job?.id ?? '?'} is a dead letter now`);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn(error, 'The usage worker has lost its connection');
  }
}
