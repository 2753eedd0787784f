import { type Logger } from '@nestjs/common';
import { inTime, QueueWorker, workerConnection } from '@nomo/queues';
import { DelayedError, UnrecoverableError } from 'bullmq';
import { repeat, type Repetition } from '../schedule/repeat.js';
import { DeliveryJob, type DeliveryQueueName } from './delivery-job.js';
import { callFor, type DeliveryQueue } from './delivery-queue.js';
import { FairShares } from './fair-shares.js';

/** What a lost call left, or what waits for another attempt, is found within this. */
const SWEEP_EVERY_MS = 5_000;
const MOST_A_SWEEP = 500;
/** They wait for others more than they work. */
const AT_ONCE = 128;
/**
 * What one organization may have of that, as its receivers may hang for as long as a call may
 * take: calls under way, and more that wait for their turn.
 */
const SHARE = { atOnce: 4, mostWaiting: 12 };
/** What is over the share looks again after this, behind what has come meanwhile. */
const STEP_BACK_MS = 1_000;
/** For attempts under way at shutdown. */
const FINISH_MS = 15_000;

export interface DeliveryWorkerOptions {
  readonly name: DeliveryQueueName;
  readonly queue: DeliveryQueue;
  readonly redisUrl: string;
  readonly logger: Logger;
  /** Deliveries whose time has come, some of each organization that has any. */
  readonly findDue: (most: number) => Promise<{ orgId: string; id: string }[]>;
  /** Makes one attempt, if it is due and nobody else makes it. */
  readonly attempt: (job: DeliveryJob) => Promise<unknown>;
}

/**
 * Makes deliveries of one kind: those that were called for, and those that are due. When to try
 * again stands in the database, not in Redis, which may forget.
 */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  readonly #worker: QueueWorker;
  readonly #sweep: Repetition;
  readonly #shares = new FairShares(SHARE);
  #closing = false;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
    const { name, redisUrl, logger } = options;
    this.#worker = new QueueWorker(
      name.name,
      async (job, token) => {
        const parsed = DeliveryJob.safeParse(job.data);
        if (!parsed.success) throw new UnrecoverableError('the job names no delivery');
        const { data } = parsed;
        const done = await this.#shares.run(data.orgId, () => options.attempt(data));
        // What this process leaves behind, a sweep calls for again.
        if (done || this.#closing) return;
        await job.moveToDelayed(Date.now() + STEP_BACK_MS, token);
        throw new DelayedError();
      },
      {
        prefix: name.prefix,
        connection: workerConnection(redisUrl),
        concurrency: AT_ONCE,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        finishMs: FINISH_MS,
        onTrouble: (error) => {
          logger.warn(error, 'The delivery worker cannot use its queue');
        },
        onRecovery: () => {
          logger.log('The delivery worker can use its queue again');
        },
      },
    );
    this.#worker.jobs.on('failed', (job, error) => {
      logger.error(error, `Delivery ${job?.id ?? '?'} waits for the next sweep`);
    });
    this.#sweep = repeat(SWEEP_EVERY_MS, () => this.#callForDue());
  }

  /** Finishes what runs: the connections it needs have to stand until then. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#shares.close();
    await Promise.all([this.#worker.close(), inTime(this.#sweep.stop(), FINISH_MS)]);
  }

  async #callForDue(): Promise<void> {
    const { findDue, queue, logger } = this.#options;
    try {
      await callFor(queue, await findDue(MOST_A_SWEEP));
    } catch (error) {
      logger.warn(error, 'Deliveries that are due could not be called for');
    }
  }
}
