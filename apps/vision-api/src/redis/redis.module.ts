import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createLimitsConnection, leaveLimitsConnection } from '@nomo/limits';
import { CONFIG, Metrics } from '@nomo/service-kit';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { Gauge } from 'prom-client';
import { type Config } from '../config.js';
import { durabilityWarnings, readDurability } from './redis-durability.js';

/**
 * The connection that requests wait for: it fails at once while Redis is away instead of
 * holding requests back. (The queue has connections of its own.)
 *
 * It is no part of the readiness of a process: PostgreSQL stands in for Redis.
 */
@Global()
@Module({
  providers: [
    {
      provide: Redis,
      inject: [CONFIG, { token: Metrics, optional: true }],
      useFactory: async (config: Config, metrics?: Metrics) => {
        const redis = createLimitsConnection(config.REDIS_URL);
        logOutages(redis);
        watchDurability(redis, metrics);
        // The first attempt is waited for, as a command line sends its first command at
        // once. A service starts all the same.
        await once(redis, 'ready', { signal: AbortSignal.timeout(2_500) }).catch(
          () => undefined,
        );
        return redis;
      },
    },
  ],
  exports: [Redis],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(private readonly redis: Redis) {}

  async onApplicationShutdown(): Promise<void> {
    await leaveLimitsConnection(this.redis);
  }
}

/** ioredis reports every attempt to reconnect: only the first is worth a line. */
function logOutages(redis: Redis): void {
  const logger = new Logger('Redis');
  let away = false;
  redis.on('error', ({ message: reason }: Error) => {
    if (!away) logger.warn({ reason }, 'Redis cannot be reached');
    away = true;
  });
  redis.on('ready', () => {
    away = false;
  });
}

/** Says so whenever a Redis that was connected to does not keep what it is told. */
function watchDurability(redis: Redis, metrics: Metrics | undefined): void {
  const logger = new Logger('Redis');
  const gauge =
    metrics &&
    new Gauge({
      name: 'vision_redis_durability',
      help: 'When usage in Redis is on a disk: 2 before the answer, 1 within seconds, 0 never.',
      registers: [metrics.registry],
    });
  redis.on('ready', () => {
    readDurability(redis).then(
      (durability) => {
        gauge?.set({ none: 0, second: 1, answer: 2 }[durability.log]);
        for (const warning of durabilityWarnings(durability)) logger.warn(warning);
      },
      // The connection is gone again, and the next one asks.
      () => undefined,
    );
  });
}
