/** How BullMQ reaches Redis. */
export interface QueueConnection {
  readonly url: string;
  readonly retryStrategy: (attempt: number) => number;
}

/**
 * The settings that every connection of a queue has. BullMQ's own pauses between two attempts to
 * reconnect grow to 20 s, for which work would wait, and requests for a queue that is of no use,
 * after Redis is back.
 *
 * @param url - `redis://` or `rediss://`.
 */
export function queueConnection(url: string): QueueConnection {
  return { url, retryStrategy: (attempt) => Math.min(attempt * 100, 1_000) };
}

/** For whoever adds jobs while somebody waits: a Redis that is away is an error, not a wait. */
export function callerConnection(
  url: string,
): QueueConnection & { enableOfflineQueue: false; maxRetriesPerRequest: 1 } {
  return { ...queueConnection(url), enableOfflineQueue: false, maxRetriesPerRequest: 1 };
}

/** For a worker, which has nothing better to do than to wait for Redis. */
export function workerConnection(
  url: string,
): QueueConnection & { maxRetriesPerRequest: null } {
  return { ...queueConnection(url), maxRetriesPerRequest: null };
}
