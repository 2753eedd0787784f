/** How BullMQ reaches Redis. */
export interface QueueConnection {
  readonly url: string;
  readonly retryStrategy: (attempt: number) => number;
}

/**
 * The settings that every connection of a queue has. BullMQ's own pauses between two attempts
 * to reconnect grow to 20 s, for which usage would wait, and requests for a queue that is of
 * no use, after Redis is back.
 *
 * @param url - `redis://` or `rediss://`.
 */
export function queueConnection(url: string): QueueConnection {
  return { url, retryStrategy: (attempt) => Math.min(attempt * 100, 1_000) };
}
