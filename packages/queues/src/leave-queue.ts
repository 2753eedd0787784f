import type { Queue } from 'bullmq';

import { inTime } from './in-time.js';

/**
 * Closes a queue and its connection, also while Redis is away: BullMQ by itself waits for one that
 * does not answer, and refuses between two attempts to reconnect, to go on with them.
 *
 * @param withinMs - How long a Redis that works may take.
 */
export async function leaveQueue(queue: Queue, withinMs = 500): Promise<void> {
  const closed = queue.close().then(
    () => true,
    () => false,
  );
  if ((await inTime(closed, withinMs)) && (await closed)) return;
  // Not waited for: a connection between two attempts never says that it has ended.
  queue.disconnect().catch(() => undefined);
}
