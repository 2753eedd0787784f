import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Limits, quotaKey } from '@nomo/limits';
import { generateApiKey } from '@nomo/security-core';
import { Redis } from 'ioredis';
import { QuotaLeveller } from '../src/gate/quota-leveller.js';
import { keyRecordKey } from '../src/keys/key-records.js';
import { Revocations } from '../src/keys/revocations.js';
import { forgeKey } from './support/keys.js';
import { startStack, type Stack } from './support/stack.js';

/** The answer without what differs from request to request. */
async function anonymous(response: Response): Promise<unknown> {
  const { requestId, ...body } = (await response.json()) as { requestId: string };
  expect(requestId).toMatch(/^req_/u);
  const { date, 'x-request-id': id, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, body, headers };
}

describe('the gate', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());
  beforeEach(() => stack.refillBucket());

  const usage = (key?: string): Promise<Response> =>
    fetch(`${stack.url}/v1/usage`, key === undefined ? {} : { headers: { 'x-api-key': key } });

  const face = (key: string): Promise<Response> =>
    // Not an image: the gate comes before the body, and the engine is not what is tested.
    fetch(`${stack.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'image/jpeg' },
      body: 'not an image',
    });

  it('lets a valid key in and says where its quota stands', async () => {
    const { key } = await stack.createKey();
    const response = await usage(key);
    expect(response.status).toBe(200);
    expect(response.headers.get('ratelimit-policy')).toBe('"daily";q=100000;w=86400');
    expect(response.headers.get('ratelimit')).toMatch(/^"daily";r=100000;t=\d{1,5}$/u);
  });

  it('answers every key that does not open in the same way', async () => {
    const good = await stack.createKey();
    const revoked = await stack.createKey();
    await stack.revoke(revoked);
    const expiresAt = new Date(Date.now() + 2_000);
    const expired = await stack.createKey({ expiresAt });
    expect((await usage(expired.key)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, expiresAt.getTime() - Date.now() + 50));

    const unknown = generateApiKey({ mode: 'test' }).key.reveal();
    const wrongSecret = forgeKey(good.id, unknown);
    const answers = await Promise.all(
      [
        undefined,
        '',
        'nonsense',
        `${good.key}x`,
        good.id,
        unknown,
        wrongSecret,
        revoked.key,
        expired.key,
      ].map(async (key) => anonymous(await usage(key))),
    );
    expect(answers[0]).toMatchObject({
      status: 401,
      body: { code: 'invalid_api_key', status: 401 },
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await usage(good.key)).status).toBe(200);
  });

  it('does the same work for every well-formed key that does not open', async () => {
    const good = await stack.createKey();
    await usage(good.key);
    const unused = await stack.createKey();
    const revoked = await stack.createKey();
    await usage(revoked.key);
    await stack.revoke(revoked);
    const expiresAt = new Date(Date.now() + 2_000);
    const expired = await stack.createKey({ expiresAt });
    const expiredUnused = await stack.createKey({ expiresAt });
    expect((await usage(expired.key)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, expiresAt.getTime() - Date.now() + 50));
    const unknown = generateApiKey({ mode: 'test' }).key.reveal();
    // The least of some: every few seconds the service looks after revocations and its queue.
    const work = async (key: string): Promise<{ redis: number; postgres: number }> => {
      const least = { redis: Infinity, postgres: Infinity };
      for (let time = 0; time < 4; time += 1) {
        const before = await stack.workDone();
        expect((await usage(key)).status).toBe(401);
        const after = await stack.workDone();
        least.redis = Math.min(least.redis, after.redis - before.redis);
        least.postgres = Math.min(least.postgres, after.postgres - before.postgres);
      }
      return least;
    };
    const first = await work(unknown);
    expect(first.postgres).toBeGreaterThan(0);
    for (const key of [
      forgeKey(good.id, unknown),
      forgeKey(unused.id, unknown),
      revoked.key,
      expired.key,
      expiredUnused.key,
      unknown,
    ]) {
      expect(await work(key)).toEqual(first);
    }
  });

  it('believes no record that Redis gave before all tombstones were in force', async () => {
    const key = await stack.createKey();
    expect((await usage(key.key)).status).toBe(200);
    const redis = stack.app.get(Redis, { strict: false });
    const record = (await redis.get(keyRecordKey(key.id))) ?? '';
    await stack.revoke(key);
    const limits = stack.app.get(Limits, { strict: false });
    const revocations = stack.app.get(Revocations, { strict: false });
    const inForce = jest.spyOn(revocations, 'areInForce', 'get').mockReturnValue(false);
    const check = limits.check.bind(limits);
    const asked = jest.spyOn(limits, 'check').mockImplementation(async (request) => {
      // A Redis that came back with the record, and is told of the revocation meanwhile.
      await redis.set(keyRecordKey(key.id), record);
      const verdict = await check(request);
      inForce.mockReturnValue(true);
      return verdict;
    });
    try {
      expect((await usage(key.key)).status).toBe(401);
      expect(asked).toHaveBeenCalled();
    } finally {
      asked.mockRestore();
      inForce.mockRestore();
      await redis.set(keyRecordKey(key.id), 'revoked');
    }
  });

  it('wants the scope of the operation', async () => {
    const { key } = await stack.createKey({ scopes: ['text:detect'] });
    const response = await face(key);
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(response.headers.get('ratelimit')).toMatch(/^"daily";r=100000;t=\d+$/u);
    expect(await response.json()).toMatchObject({ code: 'insufficient_scope' });
  });

  it('counts only admitted requests against the quota', async () => {
    const { key, id } = await stack.createKey({ scopes: ['faces:detect'] });
    const used = async (): Promise<number> => {
      const body = (await (await usage(key)).json()) as { quota: { used: number } };
      return body.quota.used;
    };
    await face(key);
    await face(key);
    expect(await used()).toBe(2);

    const other = generateApiKey({ mode: 'test' }).key.reveal();
    await face(forgeKey(id, other));
    await fetch(`${stack.url}/v1/text/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    expect(await used()).toBe(2);
  });
});

describe('the limits', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ RATE_LIMIT_BURST: '50', DAILY_QUOTA: '60' });
  });
  afterAll(() => stack.stop());
  beforeEach(() => stack.refillBucket());

  it('admit a burst of 50 and turn the rest away with a time to come back', async () => {
    const { key } = await stack.createKey();
    // Known from here on, or 120 look-ups would give the bucket time to fill again.
    await fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } });
    await stack.refillBucket();
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 120 }, () =>
        fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } }),
      ),
    );
    const admitted = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ status }) => status === 429);
    expect(admitted + refused.length).toBe(120);
    // 50 at once, and what the bucket regains at 20 a second while they are answered.
    expect(admitted).toBeGreaterThanOrEqual(50);
    expect(admitted).toBeLessThanOrEqual(50 + Math.ceil(0.02 * (performance.now() - began)));
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"daily";r=60;t=\d+$/u);
    expect(await refused[0]?.json()).toMatchObject({ code: 'rate_limited', status: 429 });
  });

  it('are not worn down by requests without a valid key', async () => {
    const { key } = await stack.createKey();
    const stranger = generateApiKey({ mode: 'live' }).key.reveal();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': stranger } }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    const burst = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } }),
      ),
    );
    expect(burst.filter(({ status }) => status === 200)).toHaveLength(50);
  });

  it('stay free while strangers wait for a slow database', async () => {
    const { key, id } = await stack.createKey();
    const ask = (presented: string): Promise<Response> =>
      fetch(`${stack.url}/v1/text/detect`, {
        method: 'POST',
        headers: { 'x-api-key': presented, 'content-type': 'text/plain' },
        body: 'x',
      });
    expect((await ask(key)).status).toBe(415);
    const stranger = generateApiKey({ mode: 'live' }).key.reveal();
    const locked = await stack.lockDirectory();
    const forged = Array.from({ length: 60 }, () => ask(forgeKey(id, stranger)));
    await new Promise((resolve) => setTimeout(resolve, 300));

    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => ask(key)));
    expect(meanwhile.map(({ status }) => status)).toEqual(new Array(20).fill(415));
    expect((await fetch(`${stack.url}/health/ready`)).status).not.toBe(500);

    await locked.release();
    const refused = await Promise.all(forged);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]));
    const standing = await fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } });
    expect(await standing.json()).toMatchObject({ quota: { used: 21 } });
  });

  it('turn strangers away before too many of them wait', async () => {
    const stranger = generateApiKey({ mode: 'live' }).key.reveal();
    const locked = await stack.lockDirectory();
    // 4 at work, 200 that wait.
    const forged = Promise.all(
      Array.from({ length: 230 }, () =>
        fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': stranger } }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await locked.release();
    const answers = await forged;
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 503]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(204);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(await refused?.json()).toMatchObject({ code: 'unavailable' });
  });

  it('leave nothing in Redis of keys that do not exist', async () => {
    const before = await stack.redisKeys();
    await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${stack.url}/v1/text/detect`, {
          method: 'POST',
          headers: { 'x-api-key': generateApiKey({ mode: 'live' }).key.reveal() },
        }),
      ),
    );
    expect(await stack.redisKeys()).toBeLessThanOrEqual(before + 1);
  });

  it('stop a key at exactly its daily quota, and say how it stands', async () => {
    const { key } = await stack.createKey();
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let request = 0; request < 63; request += 1) {
      await stack.refillBucket();
      last = await fetch(`${stack.url}/v1/faces/detect`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'text/plain' },
        body: 'x',
      });
      statuses.push(last.status);
    }
    expect(statuses.filter((status) => status === 415)).toHaveLength(60);
    expect(statuses.slice(60)).toEqual([429, 429, 429]);
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    expect(await last?.json()).toMatchObject({
      code: 'quota_exceeded',
      limit: 60,
      used: 60,
      resetAt: midnight.toISOString(),
    });
    expect(last?.headers.get('ratelimit')).toMatch(/^"daily";r=0;t=\d+$/u);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('take nothing again that was given back while a key’s count was being raised', async () => {
    const { id, userId } = await stack.createKey();
    const limits = stack.app.get(Limits, { strict: false });
    const leveller = stack.app.get(QuotaLeveller, { strict: false });
    const quota = { key: quotaKey(id), limit: 60 };
    await leveller.level({ userId, id });
    const bucket = { key: 'bucket:test', ratePerSecond: 100, burst: 100 };
    let resetAt = new Date(0);
    for (let request = 0; request < 5; request += 1) {
      const verdict = await limits.check({ bucket, quota });
      leveller.saw(id, limits.epoch, verdict.quota);
      ({ resetAt } = verdict.quota);
    }
    // Redis knows of it, this process does not yet; or another one has done it.
    for (let refund = 0; refund < 4; refund += 1) {
      await limits.giveBack({ quota: { key: quota.key, resetAt } });
    }
    // Whoever came with the first requests of a key asks for its count to be raised, too.
    await leveller.level({ userId, id });
    expect(await limits.peekQuota(quota.key, quota.limit)).toMatchObject({ used: 1 });

    // Nor does what PostgreSQL has counted meanwhile bring it back.
    leveller.countedElsewhere(id);
    await leveller.level({ userId, id });
    expect(await limits.peekQuota(quota.key, quota.limit)).toMatchObject({ used: 1 });
  });
});
