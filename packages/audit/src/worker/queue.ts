import { type ConnectionOptions, Queue } from 'bullmq';
import { z } from 'zod';

import { inTime } from './in-time.js';

/** What every user of the queue has to say alike. */
export interface AuditQueueOptions {
  /**
   * Before the queue's keys in Redis. In braces, `{vision}`: a cluster then keeps them in one
   * place, as BullMQ needs.
   */
  readonly prefix: string;
  /**
   * To Redis. For announcing, one that fails rather than waits: `enableOfflineQueue: false`,
   * `maxRetriesPerRequest: 1`. For the worker, `maxRetriesPerRequest: null`.
   */
  readonly connection: ConnectionOptions;
}

export const queueName = 'audit';

/** The one kind of job: drain this tenant. */
export const DrainJob = z.strictObject({ tenantId: z.guid() });

/** Jobs that failed for good stay to be looked at, up to this many. */
const deadLettersKept = 1_000;

/** A Redis that works takes a moment to be left. */
const leaveMs = 500;

/** Calls the worker to tenants that have new events. */
export class AuditQueue {
  readonly #queue: Queue<z.infer<typeof DrainJob>>;
  readonly #calling = new Map<string, { again: boolean }>();

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
   * Asks for a drain of the tenant: give it to `announcedTo`. One job waits for a tenant at most,
   * and one call is under way: what is asked meanwhile is asked once more at its end.
   *
   * @throws Redis did not take the job. The sweeper will find what waits.
   */
  readonly announce = async (tenantId: string): Promise<void> => {
    const running = this.#calling.get(tenantId);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const call = { again: true };
    this.#calling.set(tenantId, call);
    try {
      while (call.again) {
        call.again = false;
        await this.#queue.add(
          'drain',
          { tenantId },
          // The events of a commit that comes while a drain reads are for the next.
          { deduplication: { id: tenantId, keepLastIfActive: true } },
        );
      }
    } finally {
      this.#calling.delete(tenantId);
    }
  };

  /** Jobs that failed for good, the newest first, and why. */
  async deadLetters(limit = 100): Promise<{ id: string; reason: string; failedAt: Date }[]> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    return jobs.map(({ id, failedReason, finishedOn }) => ({
      id: id ?? '',
      reason: failedReason,
      failedAt: new Date(finishedOn ?? 0),
    }));
  }

  /** Within a second, also while Redis is away. */
  async close(): Promise<void> {
    if (!(await inTime(this.#queue.close(), leaveMs))) {
      await inTime(this.#queue.disconnect(), leaveMs);
    }
  }
}
