import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';

import { InvalidLimit, LocalBucket, type BucketVerdict } from '../src/index.js';
import { ClockedScripts } from './clocked-scripts.js';

const second = 1_000_000;
const noon = Date.UTC(2090, 5, 1, 12) * 1000;
const key = 'bucket:{service}';

describe('the bucket of one process', () => {
  it('passes a burst, then the rate, and says when to come back', () => {
    let now = noon;
    const bucket = new LocalBucket({ ratePerSecond: 20, burst: 3 }, () => now);
    expect([1, 2, 3].map(() => bucket.take().remaining)).toEqual([2, 1, 0]);
    expect(bucket.take()).toEqual({
      allowed: false,
      remaining: 0,
      retryAfterMs: 50,
      receipt: null,
    });
    now += 49_999;
    expect(bucket.take()).toMatchObject({ allowed: false, retryAfterMs: 1 });
    now += 1;
    expect(bucket.take().allowed).toBe(true);
    expect(bucket.take().allowed).toBe(false);
  });

  it('goes on where the shared bucket stopped, and is never filled by it', () => {
    let now = noon;
    const bucket = new LocalBucket({ ratePerSecond: 20, burst: 50 }, () => now);
    bucket.leaveAtMost(2);
    expect(bucket.take().remaining).toBe(1);
    bucket.leaveAtMost(40);
    expect(bucket.take().remaining).toBe(0);
    expect(bucket.take().allowed).toBe(false);
    now += second / 20;
    expect(bucket.take().allowed).toBe(true);
  });

  it('gives nothing back for a token from before it was drained', () => {
    const bucket = new LocalBucket({ ratePerSecond: 0.001, burst: 5 }, () => noon);
    const verdicts = [bucket.take(), bucket.take(), bucket.take()];
    bucket.leaveAtMost(0);
    for (const verdict of verdicts) bucket.giveBack(verdict);
    // Each token accounts for itself, as one that Redis took; nothing more comes back.
    expect([1, 2, 3, 4].map(() => bucket.take().allowed)).toEqual([true, true, true, false]);
  });

  it('by the clock of the process refills', async () => {
    const bucket = new LocalBucket({ ratePerSecond: 1000, burst: 1 });
    expect(bucket.take().allowed).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(bucket.take().allowed).toBe(true);
  });

  it('refuses a rate, a burst and a receipt that cannot be', () => {
    expect(() => new LocalBucket({ ratePerSecond: 0, burst: 1 })).toThrow(InvalidLimit);
    expect(() => new LocalBucket({ ratePerSecond: 1, burst: 0.5 })).toThrow(InvalidLimit);
    const bucket = new LocalBucket({ ratePerSecond: 1, burst: 1 });
    const verdict: BucketVerdict = { ...bucket.take(), receipt: '1:2' };
    expect(() => {
      bucket.giveBack(verdict);
    }).toThrow(InvalidLimit);
  });
});

describe('the bucket of one process and the bucket in Redis', () => {
  let server: PrivateRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('say the same, whatever is taken and given back when', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('take'), by: fc.constant(0) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('giveBack'), by: fc.nat({ max: 7 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('wait'), by: fc.nat({ max: 120_000 }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await redis.flushall();
        const shared = new ClockedScripts(redis, noon, { lasting: true });
        const local = new LocalBucket({ ratePerSecond: 20, burst: 4 }, () => shared.now);
        const taken: BucketVerdict[] = [];
        for (const { kind, by } of steps) {
          if (kind === 'wait') {
            shared.now += by;
          } else if (kind === 'take') {
            const { left, receipt } = await shared.takeToken(key, second / 20, 4);
            const verdict = local.take();
            expect(verdict).toEqual({
              allowed: left >= 0,
              remaining: Math.max(0, left),
              retryAfterMs: Math.max(0, -left),
              receipt: left >= 0 ? receipt.join(':') : null,
            });
            if (verdict.allowed) taken.push(verdict);
          } else {
            const [verdict] = taken.splice(by % Math.max(1, taken.length), 1);
            if (verdict === undefined) continue;
            await shared.giveTokenBack(
              key,
              second / 20,
              (verdict.receipt ?? '').split(':').map(Number),
            );
            local.giveBack(verdict);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
