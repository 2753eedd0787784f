import { inTime, QueueWorker } from '@nomo/queues';
import { type Job, UnrecoverableError } from 'bullmq';

import type { Checkpointer, CheckpointResult } from '../checkpoints/checkpointer.js';
import type { AuditDatabase } from '../database.js';
import { AuditDrain, type DrainResult } from '../drain.js';
import { measureOutbox, type OutboxState, waitingTenants } from './outbox-watch.js';
import { type AuditQueueOptions, DrainJob, queueName } from './queue.js';
import { repeat, type Repetition } from './repeat.js';

/** Something that a person should know of: for the log, and to be counted by its kind. */
export interface AuditProblem {
  /**
   * `dead_letter`: a job failed for good and lies in the queue's failed set. `quarantined`: rows
   * of the outbox were no events. `drain_failed`, `checkpoint_failed`: will be tried again.
   * `sweep_failed`: PostgreSQL is away. `queue_unreachable`: Redis is away; the sweeper chains what
   * is written meanwhile. These two are told once, until `onRecovered`.
   */
  readonly kind:
    | 'dead_letter'
    | 'quarantined'
    | 'drain_failed'
    | 'sweep_failed'
    | 'checkpoint_failed'
    | 'queue_unreachable';
  /** A sentence for the log. Holds no event. */
  readonly message: string;
  readonly error?: unknown;
}

/** The end of a problem that lasts: nothing has to be done any more. */
export interface AuditRecovery {
  readonly kind: 'sweep_failed' | 'queue_unreachable';
  /** A sentence for the log. */
  readonly message: string;
}

/** What a worker works with. */
export interface AuditWorkerOptions extends AuditQueueOptions {
  readonly database: AuditDatabase;
  /** Signs checkpoints, if the process has the key and the store. */
  readonly checkpointer?: Checkpointer;
  /** Between two looks for what nobody called for. 5,000 unless given. */
  readonly sweepEveryMs?: number;
  /** The sweeper leaves what is younger to the queue. 5,000 unless given. */
  readonly sweepOlderThanMs?: number;
  /** Between two checkpoints. 60,000 unless given: so much of a chain can be cut off unseen. */
  readonly checkpointEveryMs?: number;
  /** Tenants drained at once. 4 unless given; each uses a connection. */
  readonly concurrency?: number;
  readonly onProblem: (problem: AuditProblem) => void;
  /** Told that a store that was away is back: for the log. */
  readonly onRecovered?: (recovery: AuditRecovery) => void;
  /** Told of each page that was chained: for a counter. */
  readonly onDrained?: (tenantId: string, page: DrainResult) => void;
  /** Told when all that has moved is signed: for a gauge of when that was last so. */
  readonly onCheckpoint?: (result: CheckpointResult) => void;
  /** Told at each sweep what waits: for gauges. */
  readonly onOutbox?: (state: OutboxState) => void;
}

const everySweepMs = 5_000;
const everyCheckpointMs = 60_000;

/** A drain whose process died is safe to do again, so only its attempts bound it. */
const workersMayDie = 5;

/** Granted to the pages under way when the worker stops: one takes a second at worst. */
const finishMs = 15_000;

/** Drains tenants that were announced, sweeps up those that were not, and signs checkpoints. */
export class AuditWorker {
  readonly #options: AuditWorkerOptions;
  readonly #drain: AuditDrain;
  readonly #stopping = new AbortController();
  readonly #worker: QueueWorker;
  readonly #repetitions: Repetition[];
  #sweeps = true;

  /** Starts to work at once. */
  constructor(options: AuditWorkerOptions) {
    this.#options = options;
    const { checkpointer, concurrency = 4, onProblem } = options;
    this.#drain = new AuditDrain(options.database, {
      onDrained: (tenantId, page) => {
        if (page.quarantined > 0) {
          const message = `${page.quarantined} audit outbox rows of tenant ${tenantId} were no events: see audit_quarantine`;
          onProblem({ kind: 'quarantined', message });
        }
        options.onDrained?.(tenantId, page);
      },
    });
    this.#worker = new QueueWorker(queueName, (job) => this.#process(job), {
      prefix: options.prefix,
      connection: options.connection,
      concurrency,
      maxStalledCount: workersMayDie,
      finishMs,
      onTrouble: (error) => {
        const message = 'The audit worker cannot use its queue';
        onProblem({ kind: 'queue_unreachable', message, error });
      },
      onRecovery: () => {
        const message = 'The audit worker can use its queue again';
        options.onRecovered?.({ kind: 'queue_unreachable', message });
      },
    });
    this.#worker.jobs.on('failed', (job, error) => {
      const dead = job?.finishedOn !== undefined;
      const message = dead
        ? `Audit job ${job.id ?? '?'} failed for good: ${error.message}`
        : `Audit job ${job?.id ?? '?'} will be tried again`;
      onProblem({ kind: dead ? 'dead_letter' : 'drain_failed', message, error });
    });
    this.#repetitions = [
      repeat(options.sweepEveryMs ?? everySweepMs, () => this.#sweep()),
      ...(checkpointer === undefined
        ? []
        : [
            repeat(options.checkpointEveryMs ?? everyCheckpointMs, () =>
              this.#checkpoint(checkpointer),
            ),
          ]),
    ];
  }

  /**
   * Finishes the pages that are under way, and stops: within 20 seconds, whichever store is away.
   * A page that is not done by then is left to the next worker.
   */
  async close(): Promise<void> {
    this.#stopping.abort();
    const repeated = this.#repetitions.map((repetition) => repetition.stop());
    await Promise.all([this.#worker.close(), inTime(Promise.allSettled(repeated), finishMs)]);
  }

  async #process(job: Job<unknown>): Promise<void> {
    const data = DrainJob.safeParse(job.data);
    if (!data.success) {
      // It will be no other at the next attempt.
      throw new UnrecoverableError('the job names no tenant');
    }
    await this.#drain.drain(data.data.tenantId.toLowerCase(), this.#stopping.signal);
  }

  /** Needs PostgreSQL alone: while Redis is away, this is what drains. */
  async #sweep(): Promise<void> {
    const { database, sweepOlderThanMs = everySweepMs, onOutbox, onProblem } = this.#options;
    try {
      onOutbox?.(await measureOutbox(database));
      const tenantIds = await waitingTenants(database, sweepOlderThanMs);
      this.#sweepsAgain();
      for (const tenantId of tenantIds) {
        if (this.#stopping.signal.aborted) return;
        await this.#drain.drain(tenantId, this.#stopping.signal).catch((error: unknown) => {
          const message = `The audit events of tenant ${tenantId} could not be chained`;
          onProblem({ kind: 'drain_failed', message, error });
        });
      }
    } catch (error) {
      if (!this.#sweeps) return;
      this.#sweeps = false;
      const message = 'The audit outbox could not be looked through';
      onProblem({ kind: 'sweep_failed', message, error });
    }
  }

  #sweepsAgain(): void {
    if (this.#sweeps) return;
    this.#sweeps = true;
    const message = 'The audit outbox is looked through again';
    this.#options.onRecovered?.({ kind: 'sweep_failed', message });
  }

  async #checkpoint(checkpointer: Checkpointer): Promise<void> {
    try {
      const result = await checkpointer.run();
      this.#options.onCheckpoint?.(result);
    } catch (error) {
      this.#options.onProblem({
        kind: 'checkpoint_failed',
        message: 'No audit checkpoint was signed',
        error,
      });
    }
  }
}
