/** How BullMQ reaches Redis. */
export interface QueueConnection {
  readonly url: string;
  readonly retryStrategy: (attempt: number) => number;
}

/** Between two attempts to reconnect. */
export const longestPauseMs = 1_000;

/**
 * The settings that every connection of a queue has. BullMQ's own pauses between two attempts to
 * reconnect grow to 20 s, for which work would wait, and requests for a queue that is of no use,
 * after Redis is back.
 *
 * @param url - `redis://` or `rediss://`.
 */
export function queueConnection(url: string): QueueConnection {
  return { url, retryStrategy: (attempt) => Math.min(attempt * 100, longestPauseMs) };
}

/** After this a connection that owes an answer is given up for a new one. */
const silentMs = 3_000;

/**
 * For whoever adds jobs while somebody waits: a Redis that is known to be away is an error, not a
 * wait. One that does not answer is a wait all the same: see `answerOf`.
 */
export function callerConnection(url: string): QueueConnection & {
  enableOfflineQueue: false;
  maxRetriesPerRequest: null;
  socketTimeout: number;
} {
  return {
    ...queueConnection(url),
    enableOfflineQueue: false,
    // BullMQ's first question is asked again where the connection broke under it: were it to
    // fail, the queue would be of no use for good. What is sent twice has to be good to be so.
    maxRetriesPerRequest: null,
    socketTimeout: silentMs,
  };
}

/** For a worker, which has nothing better to do than to wait for Redis. */
export function workerConnection(
  url: string,
): QueueConnection & { maxRetriesPerRequest: null } {
  return { ...queueConnection(url), maxRetriesPerRequest: null };
}
