import { answerOf, inTime, leaveQueue } from '@nomo/queues';
import { type ConnectionOptions, Queue } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What every user of the queue has to say alike. */
export interface AuditQueueOptions {
  /**
   * Before the queue's keys in Redis. In braces, `{vision}`: a cluster then keeps them in one
   * place, as BullMQ needs.
   */
  readonly prefix: string;
  /**
   * To Redis: `callerConnection` for announcing, `workerConnection` for the worker.
   */
  readonly connection: ConnectionOptions;
}

export const queueName = 'audit';

/** The one kind of job: drain this tenant. */
export const DrainJob = z.strictObject({ tenantId: z.guid() });

/** Jobs that failed for good stay to be looked at, up to this many. */
const deadLettersKept = 1_000;

/**
 * Commits of so long a time share one call to Redis: a service that commits hundreds of times a
 * second calls ten times, and nobody sees the difference in a trail.
 */
const gatherMs = 100;

/** A Redis that works takes a moment for the last call. */
const callMs = 500;

/** Calls the worker to tenants that have new events. */
export class AuditQueue {
  readonly #queue: Queue<z.infer<typeof DrainJob>>;
  #gathering: { readonly tenants: Set<string>; readonly called: Promise<void> } | undefined;
  #calling: Promise<unknown> = Promise.resolve();

  constructor({ prefix, connection }: AuditQueueOptions) {
    this.#queue = new Queue(queueName, {
      prefix,
      connection,
      defaultJobOptions: {
        removeOnComplete: true,
        removeOnFail: { count: deadLettersKept },
        // 1 s, 2 s, 4 s, 8 s. The sweeper does not wait for them.
        attempts: 5,
        backoff: { type: 'exponential', delay: 1_000 },
      },
    });
    // Without a listener it would end the process. Whoever calls hears of it by the rejection.
    this.#queue.on('error', () => undefined);
  }

  /**
   * Asks for a drain of the tenant: give it to `announcedTo`. Whoever asks within the same 100 ms
   * shares a call, of which one is under way at most; one job waits for a tenant at most.
   *
   * @throws Redis did not take the job. The sweeper will find what waits.
   */
  readonly announce = async (tenantId: string): Promise<void> => {
    if (this.#gathering === undefined) {
      const tenants = new Set<string>();
      const called = this.#callFor(tenants);
      this.#gathering = { tenants, called };
      this.#calling = called.catch(() => undefined);
    }
    this.#gathering.tenants.add(tenantId);
    await this.#gathering.called;
  };

  async #callFor(tenants: ReadonlySet<string>): Promise<void> {
    await Promise.all([this.#calling, sleep(gatherMs)]);
    this.#gathering = undefined;
    const calls = Array.from(tenants, (tenantId) => ({
      name: 'drain',
      data: { tenantId },
      // The events of a commit that comes while a drain reads are for the next.
      opts: { deduplication: { id: tenantId, keepLastIfActive: true } },
    }));
    await answerOf(this.#queue.addBulk(calls));
  }

  /** Jobs that failed for good, the newest first, and why. */
  async deadLetters(limit = 100): Promise<{ id: string; reason: string; failedAt: Date }[]> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    return jobs.map(({ id, failedReason, finishedOn }) => ({
      id: id ?? '',
      reason: failedReason,
      failedAt: new Date(finishedOn ?? 0),
    }));
  }

  /** Makes the call that is being gathered for, and closes: within a second, also without Redis. */
  async close(): Promise<void> {
    await inTime(this.#calling, callMs);
    await leaveQueue(this.#queue);
  }
}
