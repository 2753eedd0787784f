import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createLimitsConnection, leaveLimitsConnection } from '@nomo/limits';
import { CONFIG, HealthRegistry } from '@nomo/service-kit';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { type Config } from '../config.js';

/**
 * The connection that requests wait for: it fails at once while Redis is away instead of
 * holding requests back. (The queues have connections of their own.)
 */
@Global()
@Module({
  providers: [
    {
      provide: Redis,
      inject: [CONFIG, { token: HealthRegistry, optional: true }],
      useFactory: async (config: Config, health?: HealthRegistry) => {
        const logger = new Logger('Redis');
        const redis = createLimitsConnection(config.REDIS_URL);
        redis.on('error', (error: Error) => {
          logger.warn(error, 'Redis is away');
        });
        health?.register('redis', async () => {
          await redis.ping();
        });
        // The first attempt is waited for, as a command line sends its first command at
        // once. A service starts all the same, and is ready when Redis is.
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
