import { closedLoop } from '../../frame/closed-loop.ts';
import { loadPeer } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import type { Limiter } from './contract.ts';

export interface LimiterSetup {
  readonly redisUrl: string;
  readonly keys: number;
}

interface Redis {
  quit(): Promise<unknown>;
}

/** rate-limiter-flexible on Redis: a fixed window, one script call for each consumption. */
serve<LimiterSetup, Limiter>(async ({ redisUrl, keys }) => {
  const { Redis } = await loadPeer<{ Redis: new (url: string) => Redis }>('ioredis');
  const { RateLimiterRedis } = (
    await loadPeer<{
      default: {
        RateLimiterRedis: new (options: object) => { consume(key: string): Promise<unknown> };
      };
    }>('rate-limiter-flexible')
  ).default;

  const redis = new Redis(redisUrl);
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: 'bench-rate-limiter-flexible',
    points: 1e9,
    duration: 86_400,
  });
  return {
    methods: {
      consume: (plan) =>
        closedLoop(plan, async (index) => {
          await limiter.consume(`key-${index % keys}`);
        }),
    },
    close: async () => {
      await redis.quit();
    },
  };
});
