import { Logger } from '@nestjs/common';
import { Queue } from 'bullmq';
import { answerOf, callerConnection } from '@nomo/queues';
import { encodeBatch, USAGE_QUEUE, type UsageBatch, type UsageEvent } from './usage-event.js';
import { type UsageQueue } from './usage-store.js';

/**
 * The usage queue as BullMQ keeps it in Redis.
 *
 * @param redisUrl - `redis://` or `rediss://`.
 */
export function openUsageQueue(redisUrl: string): Queue<UsageBatch> {
  const queue = new Queue<UsageBatch>(USAGE_QUEUE.name, {
    prefix: USAGE_QUEUE.prefix,
    // A batch that is sent again, after PostgreSQL has got it, changes nothing.
    connection: callerConnection(redisUrl),
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
      await answerOf(this.queue.add('record', encodeBatch(events)));
    } catch (error) {
      // Once Redis is known to be away, the gate has told the log.
      if (this.isRedisThere()) {
        this.logger.warn(error, 'The usage queue took no batch: PostgreSQL gets it');
      }
      throw error;
    }
  }
}
