import { fork } from 'node:child_process';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import type { Redis } from 'ioredis';

import {
  bucketKey,
  createLimitsConnection,
  InvalidLimit,
  Limits,
  quotaKey,
  type BucketVerdict,
  type CheckRequest,
} from '../src/index.js';

/** So slow that nothing refills while a test runs. */
const slow = { ratePerSecond: 0.001, burst: 50 };

let server: PrivateRedis;
let redis: Redis;
let limits: Limits;

beforeAll(async () => {
  server = await startRedis();
  redis = createLimitsConnection(server.url);
  await new Promise((resolve) => redis.once('ready', resolve));
  limits = new Limits(redis, { timeoutMs: 30_000 });
});

beforeEach(() => redis.flushall());

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Redis' time, in milliseconds since 1970. */
async function redisTime(): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

describe('check', () => {
  const bucket = { key: bucketKey('service'), ...slow };
  const quota = { key: quotaKey('nmk_live_1'), limit: 2 };

  it('decides the bucket and the quota, and reads, in one answer', async () => {
    await redis.set('key:{nmk_live_1}', 'record');
    const before = await redisTime();
    const verdict = await limits.check({
      bucket,
      quota,
      reads: ['key:{nmk_live_1}', 'key:{nobody}'],
    });
    const receipt = expect.stringMatching(/^\d+:\d+:\d+$/u);
    expect(verdict.bucket).toEqual({ allowed: true, remaining: 49, retryAfterMs: 0, receipt });
    expect(verdict.quota).toMatchObject({ allowed: true, limit: 2, used: 1, remaining: 1 });
    expect(verdict.reads).toEqual(['record', null]);
    const { resetAt } = verdict.quota;
    expect(resetAt.toISOString()).toMatch(/T00:00:00\.000Z$/u);
    expect(resetAt.getTime() - before).toBeGreaterThan(0);
    expect(resetAt.getTime() - before).toBeLessThanOrEqual(86_400_000);
  });

  it('asks for what it was asked and no more', async () => {
    expect(await limits.check({ bucket })).toEqual({
      bucket: {
        allowed: true,
        remaining: 49,
        retryAfterMs: 0,
        receipt: expect.any(String),
      },
      quota: undefined,
      reads: [],
    });
    expect((await limits.check({ bucket, reads: ['a'] })).reads).toEqual([null]);
    expect(await redis.keys('*')).toEqual([bucket.key]);
  });

  it('refuses by either limit without touching the other', async () => {
    await limits.check({ bucket, quota });
    await limits.check({ bucket, quota });
    expect(await limits.check({ bucket, quota })).toMatchObject({
      bucket: { allowed: true, remaining: 47 },
      quota: { allowed: false, used: 2, remaining: 0 },
    });
    const other = { key: quotaKey('nmk_live_2'), limit: 5 };
    const full = { ...bucket, key: bucketKey('small'), burst: 1 };
    await limits.check({ bucket: full, quota: other });
    const verdict = await limits.check({ bucket: full, quota: other });
    expect(verdict.bucket).toMatchObject({ allowed: false, remaining: 0, receipt: null });
    expect(verdict.bucket.retryAfterMs).toBeGreaterThan(900_000);
    expect(verdict.bucket.retryAfterMs).toBeLessThanOrEqual(1_000_000);
    expect(verdict.quota).toMatchObject({ allowed: true, used: 2, remaining: 3 });
  });

  it('goes by the clock of Redis and nothing else', async () => {
    await limits.check({ bucket });
    const tat = Number.parseInt((await redis.get(bucket.key)) ?? '', 10) / 1000;
    const now = await redisTime();
    expect(tat).toBeGreaterThan(now + 1_000_000 - 60_000);
    expect(tat).toBeLessThanOrEqual(now + 1_000_000);
  });

  it('passes exactly one burst and one quota, whatever races for them', async () => {
    const request = {
      bucket,
      quota: { key: quotaKey('nmk_live_race'), limit: 77 },
    };
    const racers = await Promise.all(
      [1, 2].map(() => startRacer(4, 60, request satisfies CheckRequest)),
    );
    const results = await Promise.all(racers.map((race) => race()));
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(sum(results.map((result) => result.bucket))).toBe(50);
    expect(sum(results.map((result) => result.quota))).toBe(77);
    const seen = results.flatMap(({ used }) => used).sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 77 }, (_, index) => index + 1));
    expect(await limits.peekQuota(request.quota.key, 77)).toMatchObject({ used: 77 });
  });

  it('passes no more than burst + rate × time in a race, by the clock of Redis', async () => {
    const refilling = { key: bucketKey('refilling'), ratePerSecond: 500, burst: 50 };
    const racers = await Promise.all(
      [1, 2].map(() => startRacer(4, 300, { bucket: refilling })),
    );
    const start = await redisTime();
    const results = await Promise.all(racers.map((race) => race()));
    const end = await redisTime();
    const passed = results.reduce((sum, { bucket: passes }) => sum + passes, 0);
    expect(passed).toBeGreaterThanOrEqual(50);
    expect(passed).toBeLessThanOrEqual(50 + ((end - start) / 1000) * 500);
  });

  it.each<[string, CheckRequest]>([
    ['a rate of zero', { bucket: { ...bucket, ratePerSecond: 0 } }],
    ['a negative rate', { bucket: { ...bucket, ratePerSecond: -1 } }],
    ['a rate that is no number', { bucket: { ...bucket, ratePerSecond: NaN } }],
    ['an infinite rate', { bucket: { ...bucket, ratePerSecond: Infinity } }],
    ['a rate above a million', { bucket: { ...bucket, ratePerSecond: 1_000_001 } }],
    ['a burst of zero', { bucket: { ...bucket, burst: 0 } }],
    ['half a burst', { bucket: { ...bucket, burst: 1.5 } }],
    ['an infinite burst', { bucket: { ...bucket, burst: Infinity } }],
    ['a bucket that refills in years', { bucket: { ...bucket, burst: 100_000 } }],
    ['a quota of zero', { bucket, quota: { ...quota, limit: 0 } }],
    ['a negative quota', { bucket, quota: { ...quota, limit: -5 } }],
    ['half a request', { bucket, quota: { ...quota, limit: 0.5 } }],
    ['an infinite quota', { bucket, quota: { ...quota, limit: Infinity } }],
  ])('refuses %s, and takes nothing', async (_, request) => {
    await expect(limits.check(request)).rejects.toThrow(InvalidLimit);
    expect(await redis.keys('*')).toEqual([]);
  });

  it('refuses a timeout that cannot be', () => {
    for (const timeoutMs of [0, -1, NaN, Infinity, 60_001]) {
      expect(() => new Limits(redis, { timeoutMs })).toThrow(InvalidLimit);
    }
  });
});

describe('giveBack', () => {
  const bucket = { key: bucketKey('service'), ...slow };
  const quota = { key: quotaKey('nmk_live_1'), limit: 5 };

  it('returns what a refused request took, so that it leaves no trace', async () => {
    const verdict = await limits.check({ bucket, quota });
    await limits.giveBack({
      bucket: { ...bucket, verdict: verdict.bucket },
      quota: { key: quota.key, resetAt: verdict.quota.resetAt },
    });
    expect(await redis.dbsize()).toBe(0);
    expect(await limits.peekQuota(quota.key, 5)).toMatchObject({ used: 0, remaining: 5 });
  });

  it('returns either one alone, or nothing', async () => {
    const verdict = await limits.check({ bucket, quota });
    await limits.giveBack({ quota: { key: quota.key, resetAt: verdict.quota.resetAt } });
    await limits.giveBack({});
    expect((await limits.check({ bucket, quota })).bucket.remaining).toBe(48);
    await limits.giveBack({ bucket: { ...bucket, verdict: verdict.bucket } });
    expect(await limits.check({ bucket, quota })).toMatchObject({
      bucket: { remaining: 48 },
      quota: { used: 2 },
    });
  });

  it('ends where it began when every racer gives back what it took', async () => {
    await limits.check({ bucket, quota: { ...quota, limit: 1000 } });
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const verdict = await limits.check({ bucket, quota: { ...quota, limit: 1000 } });
        await limits.giveBack({
          bucket: { ...bucket, verdict: verdict.bucket },
          ...(verdict.quota.allowed && { quota: { ...quota, resetAt: verdict.quota.resetAt } }),
        });
      }),
    );
    expect(await limits.check({ bucket, quota: { ...quota, limit: 1000 } })).toMatchObject({
      bucket: { remaining: 48 },
      quota: { used: 2 },
    });
  });

  it('takes nothing off a day that is not the one it was counted in', async () => {
    const { quota: verdict } = await limits.check({ bucket, quota });
    const resetAt = new Date(verdict.resetAt.getTime() - 86_400_000);
    await limits.giveBack({ quota: { key: quota.key, resetAt } });
    expect(await limits.peekQuota(quota.key, 5)).toMatchObject({ used: 1 });
  });

  it('refuses a reset time that is no midnight', async () => {
    for (const resetAt of [new Date(1), new Date(NaN)]) {
      const given = limits.giveBack({ quota: { key: quota.key, resetAt } });
      await expect(given).rejects.toThrow(InvalidLimit);
    }
  });

  it('returns no token that a bucket refused to give', async () => {
    const single = { ...bucket, burst: 1 };
    await limits.check({ bucket: single });
    const { bucket: verdict } = await limits.check({ bucket: single });
    await limits.giveBack({ bucket: { ...single, verdict } });
    expect(await limits.check({ bucket: single })).toMatchObject({
      bucket: { allowed: false },
    });
  });

  it('refuses a bucket that cannot be, and a receipt that no verdict had', async () => {
    const { bucket: verdict } = await limits.check({ bucket });
    const given = limits.giveBack({ bucket: { ...bucket, burst: 0, verdict } });
    await expect(given).rejects.toThrow(InvalidLimit);
    for (const receipt of [null, '', '1:2', '1:2:3:4', '1:2:x', '1:2:0.5']) {
      const forged = { ...bucket, verdict: { ...verdict, receipt } };
      await expect(limits.giveBack({ bucket: forged })).rejects.toThrow(InvalidLimit);
    }
  });
});

describe('peekQuota', () => {
  it('shows the state of the day and changes nothing', async () => {
    const key = quotaKey('nmk_live_1');
    const untouched = await limits.peekQuota(key, 5);
    expect(untouched).toMatchObject({ limit: 5, used: 0, remaining: 5 });
    expect(await redis.exists(key)).toBe(0);
    const { quota } = await limits.check({
      bucket: { key: bucketKey('service'), ...slow },
      quota: { key, limit: 5 },
    });
    expect(await limits.peekQuota(key, 5)).toEqual({
      limit: 5,
      used: 1,
      remaining: 4,
      resetAt: quota.resetAt,
    });
    expect(await limits.peekQuota(key, 1)).toMatchObject({ used: 1, remaining: 0 });
    expect(untouched.resetAt).toEqual(quota.resetAt);
  });

  it('refuses a limit that cannot be', async () => {
    await expect(limits.peekQuota('quota:{a}', 0)).rejects.toThrow(InvalidLimit);
  });
});

interface RaceResult {
  bucket: number;
  quota: number;
  used: number[];
}

/** Another process, ready to race; the race begins when the returned function is called. */
async function startRacer(
  connections: number,
  checks: number,
  request: CheckRequest,
): Promise<() => Promise<RaceResult>> {
  const program = new URL('racer.mjs', import.meta.url);
  const child = fork(
    program,
    [server.url, String(connections), String(checks), JSON.stringify(request)],
    { execArgv: [] },
  );
  const message = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => {
        reject(new Error(`The racer ended with ${String(code)}`));
      });
    });
  await message();
  return async () => {
    const result = message();
    child.send('start');
    return (await result) as RaceResult;
  };
}

describe('takeAll', () => {
  const buckets = [1, 2, 1].map((burst, index) => ({
    key: bucketKey(`of several ${index}`),
    ratePerSecond: 0.001,
    burst,
  }));
  const allowed = async (): Promise<boolean[]> =>
    (await limits.takeAll(buckets)).map((verdict) => verdict.allowed);

  it('takes a token from each, in their order, and decides each by itself', async () => {
    expect(await limits.takeAll(buckets)).toMatchObject([
      { allowed: true, remaining: 0 },
      { allowed: true, remaining: 1 },
      { allowed: true, remaining: 0 },
    ]);
    expect(await allowed()).toEqual([false, true, false]);
    expect(await allowed()).toEqual([false, false, false]);
  });

  it('has what it took returned, and nothing that was refused', async () => {
    await allowed();
    const verdicts = await limits.takeAll(buckets);
    await limits.giveAllBack(
      buckets.map((bucket, index) => ({
        ...bucket,
        verdict: verdicts[index] as BucketVerdict,
      })),
    );
    // The second one gave a second token, and has it back. The others gave none.
    expect(await allowed()).toEqual([false, true, false]);
    await limits.giveAllBack([]);
  });

  it('refuses a bucket that cannot be, and takes nothing of the others', async () => {
    const [first, ...others] = buckets;
    const taken = limits.takeAll([
      { ...first, burst: 0, key: 'x', ratePerSecond: 1 },
      ...others,
    ]);
    await expect(taken).rejects.toThrow(InvalidLimit);
    expect(await allowed()).toEqual([true, true, true]);
  });
});
