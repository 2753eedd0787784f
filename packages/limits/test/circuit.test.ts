import { afterEach, describe, expect, it } from '@jest/globals';
import { startRedis, type PrivateRedis } from '@nomo/local/testing';
import type { Redis } from 'ioredis';

import {
  bucketKey,
  createLimitsConnection,
  Limits,
  LimitsUnavailable,
  quotaKey,
} from '../src/index.js';

const request = {
  bucket: { key: bucketKey('service'), ratePerSecond: 0.001, burst: 1000 },
  quota: { key: quotaKey('nmk_live_1'), limit: 1000 },
};

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(
  settings: Record<string, string> = {},
  timeoutMs = 1_000,
): Promise<{
  server: PrivateRedis;
  redis: Redis;
  limits: Limits;
  /** Asks the same Redis, and never takes a busy machine for one that is away. */
  patient: Limits;
  changes: boolean[];
}> {
  const server = await startRedis({ settings });
  ends.push(() => server.stop());
  const redis = createLimitsConnection(server.url);
  ends.push(() => {
    redis.disconnect();
  });
  // Lost connections are what these tests are about.
  redis.on('error', () => undefined);
  await new Promise((resolve) => redis.once('ready', resolve));
  const limits = new Limits(redis, { timeoutMs });
  const changes: boolean[] = [];
  limits.onChange((available) => changes.push(available));
  const patient = new Limits(redis, { timeoutMs: 30_000 });
  await patient.check(request);
  return { server, redis, limits, patient, changes };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The commands that Redis was sent so far, probes aside. */
async function callsOf(redis: Redis): Promise<number> {
  const info = await redis.info('commandstats');
  return [...info.matchAll(/^cmdstat_evalsha:calls=(\d+)/gmu)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

describe('a Redis that does not answer', () => {
  it('is asked by nobody but the probe, until it answers again', async () => {
    const { server, redis, limits, changes } = await start();
    const { epoch } = limits;
    server.pause();
    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    expect(limits.available).toBe(false);
    // None of these is sent, so none is counted when Redis goes on.
    for (let call = 0; call < 50; call += 1) {
      await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    }
    server.resume();
    await until(() => limits.available);
    expect(changes).toEqual([false, true]);
    expect(limits.epoch).not.toBe(epoch);
    expect((await limits.check(request)).quota.used).toBeLessThanOrEqual(3);
    expect(await callsOf(redis)).toBeLessThanOrEqual(6);
  });

  it('for long is reached by a new connection, should the old one lead nowhere', async () => {
    const { server, redis, limits, patient } = await start({}, 20);
    let closed = 0;
    redis.on('close', () => (closed += 1));
    server.pause();
    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    await until(() => closed > 0);
    server.resume();
    await until(() => limits.available && patient.available);
    expect((await patient.check(request)).bucket.allowed).toBe(true);
  });
});

describe('a Redis that was killed', () => {
  it('is available again when it is back, in another epoch', async () => {
    const { server, limits, changes } = await start();
    const { epoch } = limits;
    await server.kill();
    await until(() => !limits.available);
    await server.start();
    await until(() => limits.available);
    expect(changes).toEqual([false, true]);
    expect(limits.epoch).not.toBe(epoch);
    expect((await limits.check(request)).quota.used).toBe(2);
  });
});

describe('a Redis that answers and takes no writes', () => {
  it('is not available before it does', async () => {
    const { redis, limits, changes } = await start();
    await redis.config('SET', 'maxmemory', '1');
    await expect(limits.check(request)).rejects.toThrow(LimitsUnavailable);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(limits.available).toBe(false);
    await redis.config('SET', 'maxmemory', '0');
    await until(() => limits.available);
    expect(changes).toEqual([false, true]);
  });
});

describe('a key that is no counter', () => {
  it('makes its own calls fail, and nobody else’s', async () => {
    const { redis, limits } = await start();
    const { epoch } = limits;
    await redis.set('quota:{broken}', 'text');
    await expect(limits.peekQuota('quota:{broken}', 1)).rejects.toThrow(LimitsUnavailable);
    expect(limits.available).toBe(true);
    expect(limits.epoch).toBe(epoch);
  });
});

describe('a count', () => {
  it('is raised for the day that a verdict names', async () => {
    const { limits } = await start();
    const { quota } = await limits.check(request);
    await limits.raiseQuota({
      key: request.quota.key,
      used: 998,
      resetAt: quota.resetAt,
    });
    expect((await limits.check(request)).quota).toMatchObject({ allowed: true, used: 999 });
    const raise = limits.raiseQuota({ key: 'quota:{x}', used: -1, resetAt: quota.resetAt });
    await expect(raise).rejects.toThrow('at least 0');
  });
});
