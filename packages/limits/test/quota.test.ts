import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';

import { ClockedScripts } from './clocked-scripts.js';

const second = 1_000_000;
const daySeconds = 86_400;
const midnight = Date.UTC(2090, 5, 2) * 1000;
const day = midnight / second / daySeconds;
const key = 'quota:{nmk_live_1}';

describe('the daily quota, by a clock that stands still unless told', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let clocked: ClockedScripts;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });

  beforeEach(async () => {
    await redis.flushall();
    clocked = new ClockedScripts(redis, midnight + 43_200 * second);
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const count = (limit = 3) => clocked.countRequest(key, limit);

  /** The second at which Redis drops the key. */
  async function expiryOf(name: string): Promise<number> {
    const replies = await redis.multi().time().pttl(name).exec();
    const [time, left] = (replies ?? []).map(([, reply]) => reply);
    const [seconds, microseconds] = time as [string, string];
    return Math.round(Number(seconds) + Number(microseconds) / second + Number(left) / 1000);
  }

  it('counts up to the limit, and refused requests not at all', async () => {
    expect(await count()).toEqual([1, 1, day]);
    expect(await count()).toEqual([1, 2, day]);
    expect(await count()).toEqual([1, 3, day]);
    expect(await count()).toEqual([0, 3, day]);
    expect(await count()).toEqual([0, 3, day]);
    expect(await redis.hget(key, 'used')).toBe('3');
  });

  it('begins again at midnight UTC: not a microsecond sooner, not one later', async () => {
    clocked.now = midnight - 1;
    expect(await count(1)).toEqual([1, 1, day - 1]);
    expect(await count(1)).toEqual([0, 1, day - 1]);
    clocked.now = midnight;
    expect(await count(1)).toEqual([1, 1, day]);
    expect(await count(1)).toEqual([0, 1, day]);
  });

  it('expires by itself an hour after its midnight', async () => {
    const expiry = (day + 1) * daySeconds + 3_600;
    await count();
    expect(await expiryOf(key)).toBe(expiry);
    clocked.now = midnight + daySeconds * second - 1;
    await count();
    expect(await expiryOf(key)).toBe(expiry);
    clocked.now = midnight + daySeconds * second;
    await count();
    expect(await expiryOf(key)).toBe(expiry + daySeconds);
  });

  it('does not hand out a second quota when two clocks disagree about midnight', async () => {
    clocked.now = midnight;
    expect(await count(2)).toEqual([1, 1, day]);
    clocked.now = midnight - 2 * second;
    expect(await count(2)).toEqual([1, 2, day]);
    expect(await count(2)).toEqual([0, 2, day]);
    clocked.now = midnight + second;
    expect(await count(2)).toEqual([0, 2, day]);
  });

  it('does not lose the day before when a clock passes midnight and comes back', async () => {
    clocked.now = midnight - second;
    expect(await count(1)).toEqual([1, 1, day - 1]);
    clocked.now = midnight + second;
    expect(await clocked.readQuota(key)).toEqual([0, day]);
    clocked.now = midnight - second;
    expect(await count(1)).toEqual([0, 1, day - 1]);
  });

  it('locks nobody out for days when the clock was days ahead', async () => {
    clocked.now = midnight + 20 * daySeconds * second;
    expect(await count(1)).toEqual([1, 1, day + 20]);
    clocked.now = midnight;
    expect(await count(1)).toEqual([1, 1, day]);
    expect(await expiryOf(key)).toBe((day + 1) * daySeconds + 3_600);
  });

  it('follows a limit that changes within the day', async () => {
    await count(2);
    await count(2);
    expect(await count(2)).toEqual([0, 2, day]);
    expect(await count(3)).toEqual([1, 3, day]);
    expect(await count(1)).toEqual([0, 3, day]);
  });

  it('counts exactly at numbers of nine digits', async () => {
    await redis.hset(key, 'day', day, 'used', 999_999_998);
    expect(await count(1_000_000_000)).toEqual([1, 999_999_999, day]);
    expect(await count(1_000_000_000)).toEqual([1, 1_000_000_000, day]);
    expect(await count(1_000_000_000)).toEqual([0, 1_000_000_000, day]);
  });

  it('gives back what was counted, never below zero', async () => {
    await count();
    await clocked.giveRequestBack(key, day);
    expect(await clocked.readQuota(key)).toEqual([0, day]);
    await clocked.giveRequestBack(key, day);
    expect(await clocked.readQuota(key)).toEqual([0, day]);
  });

  it('leaves nothing in Redis of requests that were all given back', async () => {
    await count();
    await count();
    await clocked.giveRequestBack(key, day);
    expect(await redis.hget(key, 'used')).toBe('1');
    await clocked.giveRequestBack(key, day);
    expect(await redis.dbsize()).toBe(0);
  });

  it('gives nothing back across midnight, nor to a key that nobody counted', async () => {
    clocked.now = midnight - 1;
    await count();
    clocked.now = midnight;
    await count();
    await count();
    await clocked.giveRequestBack(key, day - 1);
    expect(await clocked.readQuota(key)).toEqual([2, day]);
    await clocked.giveRequestBack('quota:{nobody}', day);
    expect(await redis.exists('quota:{nobody}')).toBe(0);
  });

  it('reads without counting', async () => {
    expect(await clocked.readQuota(key)).toEqual([0, day]);
    expect(await redis.exists(key)).toBe(0);
    await count();
    expect(await clocked.readQuota(key)).toEqual([1, day]);
    expect(await clocked.readQuota(key)).toEqual([1, day]);
  });

  it('is raised to what is known from elsewhere, and never lowered', async () => {
    expect(await clocked.raiseCount(key, 2, day)).toEqual([2, day]);
    expect(await clocked.raiseCount(key, 1, day)).toEqual([2, day]);
    expect(await count()).toEqual([1, 3, day]);
    expect(await clocked.raiseCount(key, 3, day)).toEqual([3, day]);
    expect(await count()).toEqual([0, 3, day]);
    expect(await clocked.raiseCount(key, 1_000_000_000, day)).toEqual([1_000_000_000, day]);
    expect(await expiryOf(key)).toBe((day + 1) * daySeconds + 3_600);
  });

  it('raised by nothing leaves nothing in Redis', async () => {
    expect(await clocked.raiseCount(key, 0, day)).toEqual([0, day]);
    expect(await redis.dbsize()).toBe(0);
  });

  it('is not raised by a day that is over, nor by one that is days ahead', async () => {
    await count();
    expect(await clocked.raiseCount(key, 9, day - 1)).toEqual([1, day]);
    expect(await clocked.raiseCount(key, 9, day + 2)).toEqual([1, day]);
    // A clock a little ahead has begun tomorrow already: of two days the later one stands.
    expect(await clocked.raiseCount(key, 2, day + 1)).toEqual([2, day + 1]);
    expect(await clocked.raiseCount(key, 9, day)).toEqual([2, day + 1]);
    expect(await count()).toEqual([1, 3, day + 1]);
  });

  it('agrees with a model: one count, for one day, by the latest clock within a day', async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('count'),
          by: fc.integer({ min: 1, max: 6 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('giveBack'),
          by: fc.integer({ min: -2, max: 2 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('hours'),
          by: fc.integer({ min: -60, max: 60 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('read'), by: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await redis.flushall();
        clocked.now = midnight;
        let model: { day: number; used: number } | undefined;
        for (const { kind, by } of steps) {
          if (kind === 'hours') {
            clocked.now += by * 3_600 * second;
            continue;
          }
          const today = Math.floor(clocked.now / second / daySeconds);
          const valid = model?.day === today || model?.day === today + 1;
          const current = valid && model ? model : { day: today, used: 0 };
          if (kind === 'count') {
            const passes = current.used < by;
            if (passes) {
              model = { day: current.day, used: current.used + 1 };
            }
            expect(await count(by)).toEqual([
              passes ? 1 : 0,
              current.used + (passes ? 1 : 0),
              current.day,
            ]);
          } else if (kind === 'giveBack') {
            await clocked.giveRequestBack(key, today + by);
            if (model?.day === today + by && model.used > 0) {
              model = model.used > 1 ? { day: model.day, used: model.used - 1 } : undefined;
            }
          } else {
            expect(await clocked.readQuota(key)).toEqual([current.used, current.day]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
