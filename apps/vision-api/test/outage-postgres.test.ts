import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Limits } from '@nomo/limits';
import { generateApiKey } from '@nomo/security-core';
import { type RunningService } from '@nomo/service-kit';
import { Revocations } from '../src/keys/revocations.js';
import { OutageStack, until } from './support/outage-stack.js';

describe('while PostgreSQL is away', () => {
  let stack: OutageStack;
  let service: RunningService;

  beforeAll(async () => {
    stack = await OutageStack.start();
    service = await stack.service();
    await stack.worker();
  });
  afterAll(() => stack.stop());
  afterEach(async () => {
    await stack.redis.start();
    await stack.postgres.start();
    const limits = service.app.get(Limits, { strict: false });
    const revocations = service.app.get(Revocations, { strict: false });
    await until(() => limits.available && revocations.areInForce);
  });

  const stranger = { key: generateApiKey({ mode: 'live' }).key.reveal() };
  const unavailable = { status: 503, code: 'unavailable', retryAfter: '1' };

  it('a key that is known goes on, and no other is accepted', async () => {
    const known = await stack.createKey(service);
    const unknown = await stack.createKey(service);
    expect((await stack.ask(service, known)).status).toBe(415);
    await stack.postgres.kill();
    expect(await stack.askTimes(service, known, 5)).toEqual([415, 415, 415, 415, 415]);
    expect(await stack.ask(service, unknown)).toMatchObject(unavailable);
    expect(await stack.ask(service, stranger)).toMatchObject(unavailable);
    await expect(stack.createKey(service)).rejects.toThrow();
    const usage = await fetch(`${service.url}/v1/usage`, {
      headers: { 'x-api-key': known.key },
    });
    expect(usage.status).toBe(503);
    expect(usage.headers.get('retry-after')).toBe('1');
    expect(await usage.json()).toMatchObject({ code: 'unavailable' });

    await stack.postgres.start();
    await until(async () => (await stack.ask(service, unknown)).status === 415);
    expect((await stack.ask(service, stranger)).status).toBe(401);
    // What waited in the queue is written without anybody's help.
    await until(async () => (await stack.recorded(known)).rows === 6);
    expect(await stack.recorded(known)).toEqual({ rows: 6, sum: 6 });
    expect(stack.logged('Usage cannot be written: it waits in the queue')).toBeLessThanOrEqual(
      1,
    );
  });

  it('a revocation is refused to its caller, and holds already', async () => {
    const key = await stack.createKey(service);
    expect((await stack.ask(service, key)).status).toBe(415);
    await stack.postgres.kill();
    // Whose key it is cannot be asked.
    await expect(stack.revoke(service, key)).rejects.toThrow();
    expect((await stack.ask(service, key)).status).toBe(415);
  });

  it('that stands still makes few wait, and nobody for long', async () => {
    const unknown = await stack.createKey(service);
    const resume = await stack.pausePostgres();
    try {
      const first = await stack.ask(service, unknown);
      expect(first).toMatchObject(unavailable);
      const more = await Promise.all(
        Array.from({ length: 20 }, () => stack.ask(service, unknown)),
      );
      for (const answer of more) expect(answer).toMatchObject(unavailable);
      // Whoever finds out waits for 3 s, and one in half a second does. A busy machine takes
      // longer for the others as well, but not as long, and then some more may find out.
      const waited = more.filter(({ milliseconds }) => milliseconds >= 2_900);
      expect(waited.length).toBeLessThanOrEqual(5);
    } finally {
      resume();
    }
    await until(async () => (await stack.ask(service, unknown)).status === 415);
  });

  it('and Redis with it, everything is answered 503 at once, and nothing is counted', async () => {
    const key = await stack.createKey(service);
    expect((await stack.ask(service, key)).status).toBe(415);
    await until(async () => (await stack.recorded(key)).rows === 1);
    await Promise.all([stack.redis.kill(), stack.postgres.kill()]);
    await until(() => !service.app.get(Limits, { strict: false }).available);
    await stack.ask(service, key);
    for (let request = 0; request < 5; request += 1) {
      const answer = await stack.ask(service, key);
      expect(answer).toMatchObject(unavailable);
      expect(answer.milliseconds).toBeLessThan(1_000);
    }
    await stack.redis.start();
    // Redis alone may not know what was revoked meanwhile: still nobody passes.
    await until(() => service.app.get(Limits, { strict: false }).available);
    expect(await stack.ask(service, key)).toMatchObject(unavailable);
    await stack.postgres.start();
    await until(async () => (await stack.ask(service, key)).status === 415);
    await until(async () => (await stack.recorded(key)).rows === 2);
    expect(await stack.countedInRedis(key.id)).toBe(2);
  });

  it('in the middle of an answer without Redis, the answer is 503 and is not counted', async () => {
    const key = await stack.createKey(service);
    expect((await stack.ask(service, key)).status).toBe(415);
    await stack.redis.kill();
    await until(() => !service.app.get(Limits, { strict: false }).available);
    // Nobody may write usage; everything else of PostgreSQL works.
    await stack.withSql((sql) =>
      sql.query('REVOKE INSERT ON usage_records FROM nomosly_vision'),
    );
    const answers = await Promise.all([1, 2, 3].map(() => stack.ask(service, key)));
    for (const answer of answers) expect(answer).toMatchObject(unavailable);
    await stack.withSql((sql) => sql.query('GRANT INSERT ON usage_records TO nomosly_vision'));
    const next = await stack.ask(service, key);
    expect(next.status).toBe(415);
    // One before, and this one.
    expect(next.rateLimit).toMatch(/^"daily";r=99998;/u);
    // The first may still be in the queue.
    await stack.redis.start();
    await until(async () => (await stack.recorded(key)).rows === 2);
  });
});
