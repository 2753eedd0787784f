import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Overloaded, type TextDetections, type VisionEngine } from '@nomo/vision-engine';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { WorkerDatabase } from '../src/database/doors.js';
import { Pools } from '../src/database/pools.js';
import { VISION_ENGINE } from '../src/engines/engines.module.js';
import { OpenUsage } from '../src/usage/open-usage.js';
import { USAGE_QUEUE, type UsageEvent } from '../src/usage/usage-event.js';
import { UsageWriter } from '../src/usage/usage.writer.js';
import { photo } from './support/photos.js';
import { startStack, type Stack } from './support/stack.js';

describe('usage', () => {
  let stack: Stack;
  let pools: Pools;
  let sql: pg.Client;

  beforeAll(async () => {
    stack = await startStack({}, { worker: true });
    pools = new Pools(stack.urls);
    sql = new pg.Client({ connectionString: stack.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await pools.onApplicationShutdown();
    await stack.stop();
  });
  beforeEach(() => stack.refillBucket());

  interface Answer {
    quota: { used: number; limit: number; remaining: number };
    days: { date: string; operation: string; requests: number; errors: number }[];
  }

  const read = async (key: string, query = ''): Promise<Answer> => {
    const response = await fetch(`${stack.url}/v1/usage${query}`, {
      headers: { 'x-api-key': key },
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  };

  /** Reads until the worker has written what the test waits for. */
  const eventually = async (key: string, requests: number): Promise<Answer> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await read(key);
      if (answer.days.reduce((sum, day) => sum + day.requests, 0) >= requests) return answer;
      await stack.refillBucket();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the usage was not recorded');
  };

  it('of every answered request is recorded once, and moves the last use of the key', async () => {
    const { key, id } = await stack.createKey();
    const began = Date.now();
    await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        fetch(`${stack.url}/v1/${number % 2 === 0 ? 'faces' : 'text'}/detect`, {
          method: 'POST',
          headers: { 'x-api-key': key, 'content-type': 'text/plain' },
          body: 'x',
        }),
      ),
    );
    const { days, quota } = await eventually(key, 20);
    const date = new Date().toISOString().slice(0, 10);
    expect(days).toEqual([
      { date, operation: 'faces:detect', requests: 10, errors: 10 },
      { date, operation: 'text:detect', requests: 10, errors: 10 },
    ]);
    expect(quota).toMatchObject({ used: 20, limit: 100_000, remaining: 99_980 });

    const { rows } = await sql.query<{ last_used_at: Date }>(
      'SELECT last_used_at FROM api_keys WHERE id = $1',
      [id],
    );
    expect(rows[0]?.last_used_at.getTime()).toBeGreaterThanOrEqual(began);
    expect(rows[0]?.last_used_at.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('holds the key, the operation, the status and the time, and nothing of the request', async () => {
    const { rows } = await sql.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns
       WHERE table_name = 'usage_records' ORDER BY ordinal_position`,
    );
    expect(rows.map(({ column_name }) => column_name)).toEqual([
      'user_id',
      'event_id',
      'key_id',
      'operation',
      'status',
      'occurred_at',
    ]);
  });

  it('is counted once when a batch is written twice', async () => {
    const { key, id, userId } = await stack.createKey();
    const repository = new UsageWriter(new WorkerDatabase(pools.of('worker')));
    const events: UsageEvent[] = [1, 2, 3].map(() => ({
      eventId: uuidv7(),
      userId,
      keyId: id,
      operation: 'labels:detect',
      status: 200,
      occurredAt: Date.now(),
    }));
    await repository.record(events);
    await Promise.all([repository.record(events), repository.record(events.slice(1))]);
    expect((await read(key)).days).toMatchObject([{ requests: 3, errors: 0 }]);
  });

  it('never moves the last use of a key back', async () => {
    const { id, userId } = await stack.createKey();
    const repository = new UsageWriter(new WorkerDatabase(pools.of('worker')));
    const at = (occurredAt: number): UsageEvent => ({
      eventId: uuidv7(),
      userId,
      keyId: id,
      operation: 'text:detect',
      status: 200,
      occurredAt,
    });
    await repository.record([at(2_000_000_000_000)]);
    await repository.record([at(1_000_000_000_000)]);
    const { rows } = await sql.query<{ last_used_at: Date }>(
      'SELECT last_used_at FROM api_keys WHERE id = $1',
      [id],
    );
    expect(rows[0]?.last_used_at.getTime()).toBe(2_000_000_000_000);
  });

  it('is told from one UTC day to another, both included', async () => {
    const { key, id, userId } = await stack.createKey();
    await new UsageWriter(new WorkerDatabase(pools.of('worker'))).record(
      ['2026-01-01T00:00:00Z', '2026-01-02T23:59:59.999Z', '2026-01-03T00:00:00Z'].map(
        (time): UsageEvent => ({
          eventId: uuidv7(),
          userId,
          keyId: id,
          operation: 'faces:compare',
          status: 200,
          occurredAt: Date.parse(time),
        }),
      ),
    );
    const { days } = await read(key, '?from=2026-01-01&to=2026-01-02');
    expect(days.map(({ date }) => date)).toEqual(['2026-01-01', '2026-01-02']);
  });

  it('of one customer is not told to another', async () => {
    const { key } = await stack.createKey({ user: 'stranger@example.com' });
    expect((await read(key)).days).toEqual([]);
  });

  it('refuses a span that makes no sense', async () => {
    const { key } = await stack.createKey();
    const response = await fetch(`${stack.url}/v1/usage?from=2026-02-30`, {
      headers: { 'x-api-key': key },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'from' }],
    });
  });

  it('is recorded as what is sent: an answer that does not fit its schema is a failure', async () => {
    await stack.ready();
    const { key } = await stack.createKey({ user: 'engine@example.com' });
    const engine = stack.app.get<VisionEngine>(VISION_ENGINE, { strict: false });
    const detect = jest.spyOn(engine, 'detectText');
    detect.mockResolvedValueOnce({ texts: 'none' } as unknown as TextDetections);
    const ask = (): Promise<Response> =>
      fetch(`${stack.url}/v1/text/detect`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'image/jpeg' },
        body: Uint8Array.from(photo(1)),
      });
    const wrong = await ask();
    detect.mockRestore();
    expect(wrong.status).toBe(500);
    expect(await wrong.json()).toMatchObject({ code: 'internal_error' });
    expect((await ask()).status).toBe(200);
    const { days } = await eventually(key, 2);
    expect(days).toMatchObject([{ operation: 'text:detect', requests: 2, errors: 1 }]);
  });

  it('of a request that is turned away is nowhere once its answer is there', async () => {
    await stack.ready();
    const { key, id } = await stack.createKey({ user: 'engine@example.com' });
    const engine = stack.app.get<VisionEngine>(VISION_ENGINE, { strict: false });
    const redis = new Redis(stack.redisUrl);
    const open = new OpenUsage(redis);
    let during = 0;
    const detect = jest.spyOn(engine, 'detectText').mockImplementationOnce(async () => {
      while (during === 0) during = await open.count();
      throw new Overloaded('full', 1_000);
    });
    const answer = await fetch(`${stack.url}/v1/text/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'image/jpeg' },
      body: Uint8Array.from(photo(1)),
    });
    const after = await open.count();
    redis.disconnect();
    detect.mockRestore();
    expect(answer.status).toBe(503);
    expect([during, after]).toEqual([1, 0]);
    expect((await read(key)).quota.used).toBe(0);
    const { rows } = await sql.query('SELECT 1 FROM usage_records WHERE key_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('goes on after a job that is no batch', async () => {
    const queue = new Queue(USAGE_QUEUE.name, {
      prefix: USAGE_QUEUE.prefix,
      connection: { url: stack.redisUrl },
    });
    await queue.add('record', { events: 'none' }, { attempts: 5 });
    const { key } = await stack.createKey();
    await fetch(`${stack.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'text/plain' },
      body: 'x',
    });
    await eventually(key, 1);
    const failed = await queue.getFailed();
    expect(
      failed.map(({ attemptsMade, failedReason }) => ({ attemptsMade, failedReason })),
    ).toEqual([{ attemptsMade: 1, failedReason: 'the job holds no usage batch' }]);
    await queue.close();
  });
});
