import { bucketKey, createLimitsConnection, Limits, quotaKey } from '@nomo/limits';
import { closedLoop } from '../../frame/closed-loop.ts';
import { serve } from '../../frame/serve.ts';
import type { Limiter } from './contract.ts';
import type { LimiterSetup } from './rate-limiter-flexible.ts';

export interface LimitsSetup extends LimiterSetup {
  /** All that the gate asks: bucket, quota and the key's record; else the bucket alone. */
  readonly everything: boolean;
}

serve<LimitsSetup, Limiter>(async ({ redisUrl, keys, everything }) => {
  const redis = createLimitsConnection(redisUrl);
  await new Promise((resolve, reject) => redis.once('ready', resolve).once('error', reject));
  // A busy machine makes answers late, not wrong: none is to fail for that.
  const limits = new Limits(redis, { timeoutMs: 10_000 });
  const rate = { ratePerSecond: 1_000_000, burst: 1_000_000_000 };
  return {
    methods: {
      consume: (plan) =>
        closedLoop(plan, async (index) => {
          const name = `bench-${index % keys}`;
          const bucket = { key: bucketKey(name), ...rate };
          const verdict = everything
            ? await limits.check({
                bucket,
                quota: { key: quotaKey(name), limit: Number.MAX_SAFE_INTEGER },
                reads: [`record:{${name}}`],
              })
            : await limits.check({ bucket });
          if (!verdict.bucket.allowed) throw new Error('The bucket ran dry.');
        }),
    },
    close: async () => {
      await redis.quit();
    },
  };
});
