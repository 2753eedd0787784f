import { Redis, type RedisOptions } from 'ioredis';

/**
 * A connection on which a request never waits for a Redis that is away. With ioredis' own
 * settings a command would wait in a queue for twenty reconnections, and a command that was
 * sent when the connection broke would be sent, and counted, again.
 *
 * Attach an `error` listener: ioredis reports each failed attempt to reconnect there.
 *
 * @param url - `redis://` or `rediss://`.
 * @param options - What else the connection needs (TLS, sentinels, name). Takes precedence.
 *
 * @example
 * ```ts
 * const redis = createLimitsConnection('redis://localhost:6379');
 * redis.on('error', (error) => log.warn({ error }, 'redis'));
 * const limits = new Limits(redis);
 * ```
 */
export function createLimitsConnection(
  url: string,
  options: Omit<RedisOptions, 'replyMapping'> = {},
): Redis {
  return new Redis(url, {
    // Away means an error now, which the caller answers by its fallback.
    enableOfflineQueue: false,
    // Whether a command that lost its connection was counted is unknown: it fails at once and
    // is not sent, and counted, again.
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    // Back within a second of Redis, and no faster than ten attempts a second.
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    // A primary that became a replica keeps its connections open and refuses every write:
    // only a new connection finds the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...options,
  });
}

/** A Redis that works takes a moment to be left. */
const leaveMs = 500;

/**
 * Leaves a connection of `createLimitsConnection`, whatever Redis does: one that stands still
 * answers nothing, not even that it was left, and one that is away would be tried again and again.
 */
export async function leaveLimitsConnection(redis: Redis): Promise<void> {
  const left = redis.quit().then(
    () => true,
    () => false,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, leaveMs);
  });
  if (!(await Promise.race([left, late]))) redis.disconnect();
  clearTimeout(timer);
}
