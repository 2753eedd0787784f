import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLimitsConnection, Limits } from '@nomo/limits';
import { generateApiKey } from '@nomo/security-core';
import { type RunningService } from '@nomo/service-kit';
import { Gate } from '../src/gate/gate.service.js';
import { type Admission } from '../src/gate/gate.types.js';
import { KeyRecords, keyRecordKey } from '../src/keys/key-records.js';
import { KeysRepository } from '../src/keys/keys.repository.js';
import { KeysService } from '../src/keys/keys.service.js';
import { keyInHeader } from '../src/keys/presented-key.js';
import { Revocations } from '../src/keys/revocations.js';
import { OutageStack, until } from './support/outage-stack.js';
import { TESTER } from './support/stack.js';

const QUOTA = 20;

describe('while Redis is away', () => {
  let stack: OutageStack;
  let service: RunningService;

  beforeAll(async () => {
    stack = await OutageStack.start();
    service = await stack.service({ DAILY_QUOTA: String(QUOTA) });
    await stack.worker();
  });
  afterAll(() => stack.stop());
  afterEach(async () => {
    await stack.redis.start();
    await redisIsBack();
  });

  const redisIsAway = (): Promise<void> =>
    until(() => !service.app.get(Limits, { strict: false }).available);

  /** Redis answers, and knows of every revocation. */
  async function redisIsBack(): Promise<void> {
    const limits = service.app.get(Limits, { strict: false });
    const revocations = service.app.get(Revocations, { strict: false });
    await until(() => limits.available && revocations.areInForce);
  }

  const times = (count: number, status: number): number[] =>
    Array.from({ length: count }, () => status);

  it('keys, scopes and quotas are decided as ever, and the log tells it once', async () => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 2)).toEqual(times(2, 415));
    const before = stack.logged('Redis is away');

    await stack.redis.kill();
    await redisIsAway();
    const third = await stack.ask(service, key);
    expect(third).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(third.rateLimit).toMatch(/^"daily";r=17;t=\d+$/u);

    const stranger = { key: generateApiKey({ mode: 'live' }).key.reveal() };
    expect(await stack.ask(service, stranger)).toMatchObject({ status: 401 });
    const answer = await fetch(`${service.url}/v1/usage`, {
      headers: { 'x-api-key': key.key },
    });
    expect(await answer.json()).toMatchObject({ quota: { used: 3, limit: QUOTA } });
    expect((await fetch(`${service.url}/health/ready`)).status).not.toBe(500);

    await stack.redis.start();
    await redisIsBack();
    expect((await stack.ask(service, key)).rateLimit).toMatch(/^"daily";r=16;t=\d+$/u);
    expect(stack.logged('Redis is away') - before).toBe(1);
    expect(stack.logged('Redis answers again')).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['is killed and comes back with what it knew', (): Promise<void> => Promise.resolve()],
    [
      'is killed and comes back empty',
      async (): Promise<void> => {
        await stack.redis.start();
        await stack.emptyRedis();
      },
    ],
  ])('a key stays at its quota when Redis %s', async (_, comeBack) => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 9)).toEqual(times(9, 415));
    // What is still in the queue of a Redis that comes back empty is gone.
    await until(async () => (await stack.recorded(key)).rows === 9);
    await stack.redis.kill();
    await redisIsAway();
    expect(await stack.askTimes(service, key, 6)).toEqual(times(6, 415));
    await comeBack();
    await stack.redis.start();
    await redisIsBack();
    const rest = await stack.askTimes(service, key, 8);
    expect(rest).toEqual([...times(5, 415), ...times(3, 429)]);

    // At its quota, it stays there, whoever counts.
    await stack.redis.kill();
    await redisIsAway();
    expect(await stack.ask(service, key)).toMatchObject({ code: 'quota_exceeded' });
    await stack.redis.start();
    await redisIsBack();
    expect(await stack.ask(service, key)).toMatchObject({ code: 'quota_exceeded' });
    await until(async () => (await stack.recorded(key)).rows === QUOTA);
    expect(await stack.recorded(key)).toEqual({ rows: QUOTA, sum: QUOTA });
  });

  it('a key stays at its quota while Redis stands still, and nobody waits long', async () => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 10)).toEqual(times(10, 415));
    stack.redis.pause();
    const first = await stack.ask(service, key);
    const second = await stack.ask(service, key);
    expect([first.status, second.status]).toEqual([415, 415]);
    // The first waits out Redis and the queue, the second knows better.
    expect(second.milliseconds).toBeLessThan(1_000);
    stack.redis.resume();
    await redisIsBack();
    const statuses = await stack.askTimes(service, key, 12);
    // The request that found Redis gone may have been counted there as well.
    const passed = statuses.filter((status) => status === 415).length;
    expect(passed).toBeGreaterThanOrEqual(7);
    expect(passed).toBeLessThanOrEqual(8);
    await until(async () => (await stack.recorded(key)).rows === 12 + passed);
  });

  it('what was given back to a Redis that stands still is not taken again', async () => {
    const { key } = await stack.createKey(service);
    const gate = service.app.get(Gate, { strict: false });
    const admit = (): Promise<Admission> =>
      gate.admit(keyInHeader(key), { scope: undefined, metered: true });
    const admissions = [await admit(), await admit(), await admit()];

    stack.redis.pause();
    // Nobody knows whether what is sent to it now arrives. It does.
    await Promise.all(admissions.slice(1).map((admission) => gate.refund(admission)));
    stack.redis.resume();
    await redisIsBack();

    expect((await admit()).quota.used).toBe(2);
  });

  it('a process that starts on an empty Redis knows what was used', async () => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 15)).toEqual(times(15, 415));
    await until(async () => (await stack.recorded(key)).rows === 15);
    await stack.emptyRedis();
    const other = await stack.service({ DAILY_QUOTA: String(QUOTA) });
    expect(await stack.askTimes(other, key, 8)).toEqual([...times(5, 415), ...times(3, 429)]);
    await redisIsBack();
    expect(await stack.askTimes(service, key, 2)).toEqual(times(2, 429));
  });

  it('a revocation holds from its commit on, and when Redis comes back with the record', async () => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 1)).toEqual([415]);
    const record = await stack.withRedis((redis) => redis.get(keyRecordKey(key.id)));
    expect(record).toMatch(/^\[/u);
    await stack.redis.kill();
    await redisIsAway();
    expect(await stack.askTimes(service, key, 1)).toEqual([415]);
    await stack.revoke(service, key);
    expect(await stack.askTimes(service, key, 3)).toEqual(times(3, 401));
    await stack.redis.start();
    // From its first answer on, not only once the tombstone is written.
    const statuses: number[] = [];
    do statuses.push((await stack.ask(service, key)).status);
    while ((await stack.withRedis((redis) => redis.get(keyRecordKey(key.id)))) !== 'revoked');
    await redisIsBack();
    statuses.push(...(await stack.askTimes(service, key, 3)));
    expect(new Set(statuses)).toEqual(new Set([401]));
  });

  it('for whoever revokes, alone, the revocation holds for all once it is confirmed', async () => {
    const key = await stack.createKey(service);
    expect(await stack.askTimes(service, key, 1)).toEqual([415]);
    const cutOff = createLimitsConnection('redis://127.0.0.1:1');
    cutOff.on('error', () => undefined);
    const repository = service.app.get(KeysRepository, { strict: false });
    const keys = new KeysService(repository, new KeyRecords(cutOff));
    expect(await keys.revoke(key.userId, key.id, TESTER)).toBe('revoked');
    cutOff.disconnect();
    expect(await stack.askTimes(service, key, 3)).toEqual(times(3, 401));
  });

  it('the rate is kept by each process for its part, from where it stood', async () => {
    const other = await stack.service({
      RATE_LIMIT_PER_SECOND: '0.01',
      RATE_LIMIT_BURST: '12',
      RATE_LIMIT_PROCESSES: '2',
    });
    await stack.refillBucket();
    const key = await stack.createKey(service);
    // Leaves half of 10 to each of two.
    expect(await stack.askTimes(other, key, 2)).toEqual([415, 415]);
    await stack.redis.kill();
    await until(() => !other.app.get(Limits, { strict: false }).available);
    expect(await stack.askTimes(other, key, 6)).toEqual([...times(5, 415), 429]);
    expect(await stack.ask(other, key)).toMatchObject({
      code: 'rate_limited',
      retryAfter: expect.any(String) as unknown,
    });
    await stack.redis.start();
    await redisIsBack();
    await stack.refillBucket();
  });

  it('a service starts, serves and stops', async () => {
    const key = await stack.createKey(service);
    await stack.redis.kill();
    const other = await stack.service();
    await until(() => !other.app.get(Limits, { strict: false }).available);
    expect(await stack.askTimes(other, key, 2)).toEqual([415, 415]);
    expect(await stack.recorded(key)).toEqual({ rows: 2, sum: 2 });
    const began = performance.now();
    expect(await other.close()).toBe(true);
    // Long before SHUTDOWN_TIMEOUT_MS, which would cut them off.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('every answer is recorded once, through kills in the middle of the load', async () => {
    const other = await stack.service({ DAILY_QUOTA: '100000' });
    const key = await stack.createKey(service, 'load@example.com');
    let answered = 0;
    let refused = 0;
    let going = true;
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (going) {
          const { status } = await stack.ask(other, key);
          if (status === 415) answered += 1;
          else refused += 1;
        }
      }),
    );
    const more = (): Promise<void> => {
      const enough = answered + 20;
      return until(() => answered >= enough);
    };
    for (let round = 0; round < 2; round += 1) {
      await more();
      await stack.redis.kill();
      await more();
      await stack.redis.start();
    }
    await more();
    going = false;
    await load;
    await until(async () => (await stack.recorded(key)).rows >= answered);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(refused).toBe(0);
    expect(await stack.recorded(key)).toEqual({ rows: answered, sum: answered });
  });
});
