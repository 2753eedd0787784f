import { Logger } from '@nestjs/common';
import { Queue } from 'bullmq';
import { inTime, queueConnection } from '@nomo/queues';
import { encodeBatch, USAGE_QUEUE, type UsageBatch, type UsageEvent } from './usage-event.js';
import { type UsageQueue } from './usage.recorder.js';

/** Longer than a healthy Redis takes by far; what waits longer is written to PostgreSQL. */
const LONGEST_MS = 1_000;

/** After this a connection that owes an answer is given up for a new one. */
const SILENT_MS = 3_000;

/**
 * The usage queue as BullMQ keeps it in Redis.
 *
 * @param redisUrl - `redis://` or `rediss://`.
 */
export function openUsageQueue(redisUrl: string): Queue<UsageBatch> {
  const queue = new Queue<UsageBatch>(USAGE_QUEUE.name, {
    prefix: USAGE_QUEUE.prefix,
    connection: {
      ...queueConnection(redisUrl),
      // A request waits for this connection, so it fails rather than hold requests back.
      enableOfflineQueue: false,
      // BullMQ's first question is asked again where the connection broke under it: were it to
      // fail, the queue would be of no use for good. A batch that is sent again, after
      // PostgreSQL has got it, changes nothing.
      maxRetriesPerRequest: null,
      // An old connection may lead nowhere.
      socketTimeout: SILENT_MS,
    },
    defaultJobOptions: {
      removeOnComplete: true,
      // Dead letters keep a reason, not a stack for each of them.
      stackTraceLimit: 0,
    },
  });
  // Each attempt to reconnect is reported here; whoever uses the queue sees what it means.
  queue.on('error', () => undefined);
  return queue;
}

/** The way of usage through Redis, as long as that is of use. */
export class BullUsageQueue implements UsageQueue {
  private readonly logger = new Logger('Usage');

  /**
   * @param isRedisThere - Whether Redis answers; asked before each batch.
   * @param isFull - Whether the queue holds as much as it may.
   */
  constructor(
    private readonly queue: Pick<Queue<UsageBatch>, 'add'>,
    private readonly isRedisThere: () => boolean,
    private readonly isFull: () => boolean,
  ) {}

  get usable(): boolean {
    return this.isRedisThere() && !this.isFull();
  }

  async add(events: readonly UsageEvent[]): Promise<void> {
    try {
      const added = this.queue.add('record', encodeBatch(events));
      // BullMQ waits for a connection before it sends a command, and that wait has no limit.
      if (!(await inTime(added, LONGEST_MS))) {
        throw new Error(`the usage queue did not answer within ${LONGEST_MS} ms`);
      }
      await added;
    } catch (error) {
      // Once Redis is known to be away, the gate has told the log.
      if (this.isRedisThere()) {
        this.logger.warn(error, 'The usage queue took no batch: PostgreSQL gets it');
      }
      throw error;
    }
  }
}
