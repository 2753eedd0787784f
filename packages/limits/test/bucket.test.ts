import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';

import { ClockedScripts } from './clocked-scripts.js';

const second = 1_000_000;
const noon = Date.UTC(2090, 5, 1, 12) * 1000;
const key = 'bucket:{service}';

describe('the bucket, by a clock that stands still unless told', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let clocked: ClockedScripts;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });

  beforeEach(async () => {
    await redis.flushall();
    clocked = new ClockedScripts(redis, noon);
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** 20 requests a second, 50 at once: the numbers of the service-wide limit. */
  const take = async () => (await clocked.takeToken(key, second / 20, 50)).left;

  async function passesOf(attempts: number): Promise<number> {
    let passed = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      passed += (await take()) >= 0 ? 1 : 0;
    }
    return passed;
  }

  /** Takes tokens as `take` does; returns the receipts of those that passed. */
  async function receiptsOf(attempts: number): Promise<number[][]> {
    const receipts: number[][] = [];
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { left, receipt } = await clocked.takeToken(key, second / 20, 50);
      if (left >= 0) {
        receipts.push(receipt);
      }
    }
    return receipts;
  }

  const giveBack = (receipt: number[]) => clocked.giveTokenBack(key, second / 20, receipt);

  it('passes a whole burst at once, counting down, and then nothing', async () => {
    for (let left = 49; left >= 0; left -= 1) {
      expect(await take()).toBe(left);
    }
    expect(await take()).toBe(-50);
    expect(await passesOf(20)).toBe(0);
  });

  it('passes exactly burst + rate × time under a constant overload', async () => {
    let passed = 0;
    for (let elapsed = 0; elapsed <= 10 * second; elapsed += 10_000) {
      clocked.now = noon + elapsed;
      passed += await passesOf(2);
    }
    expect(passed).toBe(50 + 20 * 10);
  });

  it('has no window edge: no second passes more than burst + rate, wherever it begins', async () => {
    const passes: number[] = [];
    // A rest that refills the bucket, a burst just before a full second, more just after it.
    for (const elapsed of [0, 5.95, 5.99, 6, 6.01, 6.05, 6.5, 6.94]) {
      clocked.now = noon + Math.round(elapsed * second);
      for (let count = await passesOf(60); count > 0; count -= 1) {
        passes.push(clocked.now);
      }
    }
    for (const start of passes) {
      const inOneSecond = passes.filter((at) => at >= start && at < start + second);
      expect(inOneSecond.length).toBeLessThanOrEqual(50 + 20);
    }
    expect(passes.filter((at) => at >= noon + 5.9 * second)).toHaveLength(50 + 19);
  });

  it('tells the truth about the wait: refused 1 µs too early, passed at that time', async () => {
    await passesOf(50);
    clocked.now += 12_000;
    const wait = -(await take());
    expect(wait).toBe(38);
    clocked.now = noon + 49_999;
    expect(await take()).toBe(-1);
    clocked.now = noon + 12_000 + wait * 1000;
    expect(await take()).toBe(0);
  });

  it('is not pushed further away by refused requests', async () => {
    await passesOf(50);
    await passesOf(500);
    clocked.now += 50_000;
    expect(await passesOf(5)).toBe(1);
  });

  it('never holds more than a burst, however long it rests', async () => {
    await passesOf(50);
    clocked.now += 3_600 * second;
    expect(await passesOf(100)).toBe(50);
  });

  it('locks nobody out for longer than a full bucket takes when the clock steps back', async () => {
    await passesOf(50);
    clocked.now -= 86_400 * second;
    expect(await take()).toBe(-50);
    clocked.now += 50_000;
    expect(await passesOf(2)).toBe(1);
    clocked.now += 50 * 50_000;
    expect(await passesOf(100)).toBe(50);
  });

  it('begins full again when the clock steps forward, and only then', async () => {
    await passesOf(50);
    clocked.now += 86_400 * second;
    expect(await passesOf(100)).toBe(50);
    clocked.now -= 86_400 * second;
    expect(await passesOf(100)).toBe(0);
  });

  it('follows a plan that becomes smaller without a long lock-out', async () => {
    await passesOf(50);
    expect((await clocked.takeToken(key, second / 20, 5)).left).toBe(-50);
    clocked.now += 50_000;
    expect((await clocked.takeToken(key, second / 20, 5)).left).toBe(0);
  });

  it('keeps nothing in Redis for longer than the bucket takes to refill', async () => {
    await clocked.takeToken(key, 10 * second, 50);
    const afterOne = await redis.pttl(key);
    expect(afterOne).toBeGreaterThan(0);
    expect(afterOne).toBeLessThanOrEqual(10_000);
    await clocked.takeToken(key, 10 * second, 50);
    const afterTwo = await redis.pttl(key);
    expect(afterTwo).toBeGreaterThan(10_000);
    expect(afterTwo).toBeLessThanOrEqual(20_000);
  });

  it('gives back one token at a time, and leaves nothing when all are back', async () => {
    const receipts = await receiptsOf(50);
    await giveBack(receipts.shift() ?? []);
    receipts.push(...(await receiptsOf(5)));
    expect(receipts).toHaveLength(50);
    for (const receipt of receipts) {
      await giveBack(receipt);
    }
    expect(await redis.dbsize()).toBe(0);
    expect(await passesOf(100)).toBe(50);
  });

  it('gives nothing back into a bucket that has refilled meanwhile', async () => {
    const [receipt = []] = await receiptsOf(1);
    clocked.now += 60 * second;
    await giveBack(receipt);
    expect(await passesOf(100)).toBe(50);
  });

  it('passes no second burst for a first one that comes back late', async () => {
    const late = await receiptsOf(50);
    clocked.now += 2.7 * second;
    expect(await passesOf(100)).toBe(50);
    for (const receipt of late) {
      await giveBack(receipt);
    }
    expect(await passesOf(100)).toBe(0);
  });

  it('gives back what time has not: the rest of a token that has drained in part', async () => {
    const [first = []] = await receiptsOf(1);
    clocked.now += 20_000;
    expect(await passesOf(49)).toBe(49);
    // What is left of the first is 30 ms, and 20 ms have passed: one token, and no part more.
    await giveBack(first);
    expect(await passesOf(2)).toBe(1);
    clocked.now += 49_999;
    expect(await take()).toBe(-1);
    clocked.now += 1;
    expect(await take()).toBe(0);
  });

  it('gives whole tokens back long after, while the bucket was never near full', async () => {
    const receipts = await receiptsOf(50);
    clocked.now += second;
    for (const receipt of receipts.slice(20, 40)) {
      await giveBack(receipt);
    }
    expect(await passesOf(100)).toBe(20 + 20);
  });

  it('loses no token to refused requests that overlap and come back in order', async () => {
    const underWay: number[][] = await receiptsOf(30);
    for (let round = 0; round < 200; round += 1) {
      clocked.now += 1_000;
      await giveBack(underWay.shift() ?? []);
      underWay.push(...(await receiptsOf(1)));
    }
    expect(underWay).toHaveLength(30);
    for (const receipt of underWay) {
      await giveBack(receipt);
    }
    expect(await passesOf(100)).toBe(50);
  });

  it.each([0, 1])('returns nothing of a token that drained %i µs ago', async (ago) => {
    // Much was given back before the token was taken, and none since the bucket was full.
    for (const receipt of (await receiptsOf(30)).slice(1)) {
      await giveBack(receipt);
    }
    const [late = []] = await receiptsOf(1);
    clocked.now += 2 * 50_000 + ago;
    expect(await passesOf(100)).toBe(50);
    await giveBack(late);
    expect(await passesOf(100)).toBe(0);
  });

  it('gives everything back at once in any order', async () => {
    for (const receipt of (await receiptsOf(50)).reverse()) {
      await giveBack(receipt);
    }
    expect(await redis.dbsize()).toBe(0);
  });

  it('does not read a receipt of a larger plan by a bucket cut down to a smaller', async () => {
    const [late = []] = (await receiptsOf(50)).slice(-1);
    await clocked.takeToken(key, second / 20, 5);
    clocked.now += 2 * 50_000;
    await giveBack(late);
    for (const left of [1, 0, -50]) {
      expect((await clocked.takeToken(key, second / 20, 5)).left).toBe(left);
    }
  });

  it('begins anew before what was given back grows beyond whole numbers', async () => {
    const [takenAt = 0, stretch = 0] = (await receiptsOf(1))[0] ?? [];
    const tat = noon + 10 * second;
    await redis.set(key, `${tat} ${2 ** 51} ${stretch}`);
    await giveBack([takenAt, stretch, tat + 2 ** 51]);
    expect(await redis.get(key)).toBe(`${tat - 50_000} 0 ${stretch + 1}`);
  });

  it('keeps requests that were not given back within burst + rate × time', async () => {
    const plan = fc.record({
      interval: fc.integer({ min: 60 * second, max: 100 * second }),
      burst: fc.integer({ min: 1, max: 6 }),
    });
    // In hundredths of an interval, so that waits end before, in and after a token's time.
    const wait = fc.record({ kind: fc.constant('wait'), by: fc.integer({ min: 0, max: 250 }) });
    const give = fc.record({ kind: fc.constant('giveBack'), by: fc.nat({ max: 50 }) });
    const takes = fc.record({ kind: fc.constant('take'), by: fc.integer({ min: 1, max: 7 }) });
    await fc.assert(
      fc.asyncProperty(
        plan,
        fc.array(fc.oneof(takes, give, wait), { minLength: 5, maxLength: 40 }),
        async ({ interval, burst }, steps) => {
          await redis.flushall();
          clocked.now = noon;
          const kept: { at: number; receipt: number[] }[] = [];
          for (const { kind, by } of steps) {
            if (kind === 'wait') {
              clocked.now += Math.round((by * interval) / 100);
            } else if (kind === 'giveBack') {
              const [given] = kept.splice(by % Math.max(kept.length, 1), 1);
              if (given) {
                await clocked.giveTokenBack(key, interval, given.receipt);
              }
            } else {
              for (let taken = 0; taken < by; taken += 1) {
                const { left, receipt } = await clocked.takeToken(key, interval, burst);
                if (left >= 0) {
                  kept.push({ at: clocked.now, receipt });
                }
              }
            }
            // Windows that end here; those that ended before were looked at before.
            for (const [index, { at }] of kept.entries()) {
              const window = (kept.at(-1)?.at ?? at) - at;
              expect(kept.length - index).toBeLessThanOrEqual(burst + window / interval);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('agrees with a model: what is missing shrinks with time, between nothing and a burst', async () => {
    // Slow buckets, so that the expiry, which goes by Redis' own clock, never plays a part.
    const plan = fc.record({
      interval: fc.integer({ min: 60 * second, max: 3_600 * second }),
      burst: fc.integer({ min: 1, max: 8 }),
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('take') }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('wait'),
          time: fc.oneof(
            fc.integer({ min: 0, max: 3_600 * second }),
            fc.integer({ min: -20_000 * second, max: 20_000 * second }),
          ),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        plan,
        fc.array(step as fc.Arbitrary<{ kind: string; time?: number }>, { maxLength: 40 }),
        async ({ interval, burst }, steps) => {
          await redis.flushall();
          clocked.now = noon;
          const capacity = interval * burst;
          let fullAt = 0;
          for (const { kind, time = 0 } of steps) {
            clocked.now += time;
            if (kind === 'wait') {
              continue;
            }
            const missing = Math.min(Math.max(fullAt - clocked.now, 0), capacity);
            const spare = capacity - missing - interval;
            expect((await clocked.takeToken(key, interval, burst)).left).toBe(
              spare < 0 ? -Math.ceil(-spare / 1000) : Math.floor(spare / interval),
            );
            fullAt = clocked.now + missing + (spare < 0 ? 0 : interval);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
