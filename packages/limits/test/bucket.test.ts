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
  const take = () => clocked.takeToken(key, second / 20, 50);

  async function passesOf(attempts: number): Promise<number> {
    let passed = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      passed += (await take()) >= 0 ? 1 : 0;
    }
    return passed;
  }

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
    expect(await clocked.takeToken(key, second / 20, 5)).toBe(-50);
    clocked.now += 50_000;
    expect(await clocked.takeToken(key, second / 20, 5)).toBe(0);
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

  it('gives back one token at a time, never more than a burst in all', async () => {
    await passesOf(50);
    await clocked.giveTokenBack(key, second / 20, 50);
    expect(await passesOf(5)).toBe(1);
    for (let again = 0; again < 80; again += 1) {
      await clocked.giveTokenBack(key, second / 20, 50);
    }
    expect(await redis.exists(key)).toBe(0);
    expect(await passesOf(100)).toBe(50);
  });

  it('gives nothing back into a bucket that has refilled meanwhile', async () => {
    await passesOf(1);
    clocked.now += 60 * second;
    await clocked.giveTokenBack(key, second / 20, 50);
    expect(await passesOf(100)).toBe(50);
  });

  it('agrees with a model: what is missing shrinks with time, between nothing and a burst', async () => {
    // Slow buckets, so that the expiry, which goes by Redis' own clock, never plays a part.
    const plan = fc.record({
      interval: fc.integer({ min: 60 * second, max: 3_600 * second }),
      burst: fc.integer({ min: 1, max: 8 }),
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('take') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('giveBack') }) },
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
            if (kind === 'giveBack') {
              await clocked.giveTokenBack(key, interval, burst);
              fullAt = missing > interval ? clocked.now + missing - interval : 0;
              continue;
            }
            const spare = capacity - missing - interval;
            expect(await clocked.takeToken(key, interval, burst)).toBe(
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
