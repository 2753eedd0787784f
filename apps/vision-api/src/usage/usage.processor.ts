import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Job, UnrecoverableError } from 'bullmq';
import { UsageBatch, USAGE_QUEUE } from './usage-event.js';
import { UsageWriter } from './usage.writer.js';

/** A batch whose worker died is safe to write again, so only its attempts bound it. */
const WORKERS_MAY_DIE = 12;

@Processor(USAGE_QUEUE.name, { concurrency: 4, maxStalledCount: WORKERS_MAY_DIE })
export class UsageProcessor extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Usage');

  constructor(private readonly usage: UsageWriter) {
    super();
  }

  /** Finishes what runs while the connections it needs still stand. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  /** Writes one batch. A job that is no batch will never be one, so it is not tried again. */
  async process(job: Job<unknown>): Promise<void> {
    const batch = UsageBatch.safeParse(job.data);
    if (!batch.success) throw new UnrecoverableError('the job holds no usage batch');
    await this.usage.record(batch.data.events);
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<unknown> | undefined, error: Error): void {
    this.logger.error(error, `Usage batch ${job?.id ?? '?'} was not written`);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn(error, 'The usage worker has lost its connection');
  }
}
