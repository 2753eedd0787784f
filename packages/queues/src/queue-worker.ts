import { type Job, Worker, type WorkerOptions } from 'bullmq';

import { longestPauseMs } from './connection.js';
import { inTime } from './in-time.js';

export interface QueueWorkerOptions extends WorkerOptions {
  /** How long jobs that run may take to finish when the worker is closed. */
  readonly finishMs: number;
  /** Told once when the worker cannot use its queue any more… */
  readonly onTrouble: (error: unknown) => void;
  /** …and once when it can again, and could for some time: not after `close`. */
  readonly onRecovery: () => void;
}

/** A Redis that works takes a moment to be left. */
const leaveMs = 2_000;

/**
 * A worker has two connections: of a Redis that comes back one may be let in, the other not yet.
 * Long enough for the next attempt of the other.
 */
const quietMs = longestPauseMs + 500;

/**
 * A worker that stops in time whichever store is away, and tells of trouble once. BullMQ itself
 * waits without end for a Redis that is away, and reports each attempt to reconnect, on both of a
 * worker's connections.
 */
export class QueueWorker {
  /** BullMQ's own, for its events `completed` and `failed`. */
  readonly jobs: Worker<unknown>;
  readonly #running = new Set<Promise<unknown>>();
  readonly #finishMs: number;
  #connected = true;
  #troubled = false;
  /** Under way while all has been quiet, but not for long enough. */
  #recovery: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * Starts to work at once.
   *
   * @param process - Does one job. What a process left, others take up: it may be done twice.
   */
  constructor(
    queueName: string,
    process: (job: Job<unknown>, token: string | undefined) => Promise<unknown>,
    { finishMs, onTrouble, onRecovery, ...options }: QueueWorkerOptions,
  ) {
    this.#finishMs = finishMs;
    this.jobs = new Worker<unknown>(
      queueName,
      async (job, token) => {
        const work = process(job, token);
        this.#running.add(work);
        try {
          return await work;
        } finally {
          this.#running.delete(work);
        }
      },
      options,
    );
    const trouble = (error: unknown): void => {
      this.#recovery?.refresh();
      if (this.#troubled) return;
      this.#troubled = true;
      onTrouble(error);
    };
    const recovered = (): void => {
      this.#connected = true;
      if (!this.#troubled || this.#closed) return;
      this.#recovery ??= setTimeout(() => {
        this.#recovery = undefined;
        this.#troubled = false;
        onRecovery();
      }, quietMs).unref();
    };
    this.jobs.on('error', trouble);
    this.jobs.on('ioredis:close', () => {
      this.#connected = false;
      this.#forgetRecovery();
      trouble(new Error('The connection was closed'));
    });
    // The worker itself says but once in its life that it is ready.
    this.jobs.getBackend().on('ready', recovered);
    // Not every trouble is a connection that broke.
    this.jobs.on('completed', recovered);
  }

  /**
   * Takes no job any more, lets those that run finish, and leaves the queue: within `finishMs` and
   * two seconds. What is not done by then is left to the next worker, and so is what had just been
   * taken and begins now, if it does not end at once.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#forgetRecovery();
    const left = this.jobs.close(!this.#connected);
    await inTime(Promise.allSettled(this.#running), this.#finishMs);
    // Not waited for: a connection between two attempts never says that it has ended.
    if (!(await inTime(left, leaveMs))) this.jobs.disconnect().catch(() => undefined);
  }

  #forgetRecovery(): void {
    clearTimeout(this.#recovery);
    this.#recovery = undefined;
  }
}
