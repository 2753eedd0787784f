import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningService } from '@nomo/service-kit';
import { Queue, Worker } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { encodeBatch, USAGE_QUEUE, type UsageEvent } from '../src/usage/usage-event.js';
import { OutageStack, until } from './support/outage-stack.js';
import { type TestKey } from './support/stack.js';

function eventOf(key: TestKey, userId = key.userId): UsageEvent {
  return {
    eventId: uuidv7(),
    userId,
    keyId: key.id,
    operation: 'labels:detect',
    status: 200,
    occurredAt: Date.now(),
  };
}

describe('usage in the queue', () => {
  let stack: OutageStack;
  let service: RunningService;
  let queue: Queue;

  beforeAll(async () => {
    stack = await OutageStack.start();
    service = await stack.service({ USAGE_QUEUE_LIMIT: '3' });
    queue = new Queue(USAGE_QUEUE.name, {
      prefix: USAGE_QUEUE.prefix,
      connection: { url: stack.redis.url, maxRetriesPerRequest: null },
    });
    queue.on('error', () => undefined);
  });
  afterAll(async () => {
    await queue.close();
    await stack.stop();
  });
  beforeEach(() => queue.obliterate({ force: true }));

  const add = (...events: UsageEvent[]): Promise<unknown> =>
    queue.add('record', encodeBatch(events));

  it('is bounded: beyond it, it goes straight to PostgreSQL while no worker runs', async () => {
    const key = await stack.createKey(service);
    // More than may wait, before the service looks at it again.
    for (let job = 0; job < 4; job += 1) await add(eventOf(key));
    await until(() => stack.logged('The usage queue is full') === 1);
    expect(await stack.askTimes(service, key, 5)).toEqual([415, 415, 415, 415, 415]);
    expect(await stack.recorded(key)).toEqual({ rows: 5, sum: 5 });
    expect(await queue.getWaitingCount()).toBe(4);

    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^vision_usage_queue_jobs\{state="waiting"\} 4$/mu);
    expect(metrics).toMatch(/^vision_usage_events_total\{path="table"\} 5$/mu);
    const oldest = /^vision_usage_queue_oldest_seconds (?<seconds>[\d.]+)$/mu.exec(metrics);
    expect(Number(oldest?.groups?.['seconds'])).toBeGreaterThan(0);

    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === 9);
    await until(() => stack.logged('The usage queue has room again') === 1);
    await worker.close();
  });

  it('makes a poisoned batch a dead letter, writes the others, and goes on', async () => {
    const key = await stack.createKey(service);
    const nobody = '00000000-0000-4000-8000-000000000000';
    // All of them wait, so that the worker takes them together.
    await add(eventOf(key), eventOf(key));
    await add(eventOf(key), eventOf(key, nobody), eventOf(key));
    await add(...Array.from({ length: 500 }, () => eventOf(key)));
    await queue.add('record', { of: 'none' });
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === 504);
    await until(async () => (await queue.getFailedCount()) === 2);
    const reasons = (await queue.getFailed()).map(({ failedReason }) => failedReason);
    expect(reasons).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 of 3 events were refused.*usage_records_user_id_fkey/su),
        'the job holds no usage batch',
      ]),
    );
    expect(stack.logged('is a dead letter now')).toBe(2);
    await add(eventOf(key));
    await until(async () => (await stack.recorded(key)).rows === 505);
    expect(await stack.recorded(key)).toEqual({ rows: 505, sum: 505 });
    await worker.close();
  });

  it('is handed back by a worker that stops while PostgreSQL is away', async () => {
    const key = await stack.createKey(service);
    await add(eventOf(key));
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === 1);
    const resume = await stack.pausePostgres();
    await add(eventOf(key), eventOf(key));
    await until(async () => (await queue.getActiveCount()) === 1);
    const closed = worker.close();
    resume();
    await closed;
    const next = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === 3);
    expect(await queue.getFailedCount()).toBe(0);
    await next.close();
  });

  it('is taken up by another worker when the one that held it is gone, and counted once', async () => {
    const key = await stack.createKey(service);
    const event = eventOf(key);
    await add(event);
    const dead = new Worker(USAGE_QUEUE.name, null, {
      prefix: USAGE_QUEUE.prefix,
      connection: { url: stack.redis.url, maxRetriesPerRequest: null },
      autorun: false,
      lockDuration: 1_000,
    });
    expect(await dead.getNextJob('gone', { block: false })).toBeDefined();
    await dead.close(true);
    // It was written, and its worker died before it could say so.
    await add(event);
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === 1);
    await until(
      async () => (await queue.getActiveCount()) + (await queue.getWaitingCount()) === 0,
    );
    expect(await stack.recorded(key)).toEqual({ rows: 1, sum: 1 });
    expect(await queue.getFailedCount()).toBe(0);
    await worker.close();
  });

  it('has workers that tell once of a Redis that is away, and stop without it', async () => {
    const told = [
      'The usage worker cannot reach Redis',
      'The audit worker cannot use its queue',
    ] as const;
    const over = [
      'The usage worker reaches Redis again',
      'The audit worker can use its queue again',
    ] as const;
    const counts = (texts: readonly string[]): number[] =>
      texts.map((text) => stack.logged(text));
    const before = counts([...told, ...over]);
    const since = (): number[] =>
      counts([...told, ...over]).map((count, index) => count - (before[index] ?? 0));
    const worker = await stack.worker();
    const key = await stack.createKey(service);
    await add(eventOf(key));
    await until(async () => (await stack.recorded(key)).rows === 1);

    await stack.redis.kill();
    await until(() => since()[0] === 1 && since()[1] === 1);
    await stack.redis.start();
    await until(() => since()[2] === 1 && since()[3] === 1);
    expect(since()).toEqual([1, 1, 1, 1]);

    // A worker that has been through this finishes what it holds, as any other.
    const resume = await stack.pausePostgres();
    await add(eventOf(key));
    await until(async () => (await queue.getActiveCount()) === 1);
    resume();
    await until(async () => (await stack.recorded(key)).rows === 2);

    await stack.redis.kill();
    await until(() => since()[0] === 2 && since()[1] === 2);
    expect(await worker.close()).toBe(true);
    expect(since()).toEqual([2, 2, 1, 1]);
    await stack.redis.start();
  });

  it('of what was answered is there when the service has stopped', async () => {
    const stopping = await stack.service();
    const key = await stack.createKey(stopping);
    let answered = 0;
    let lost = 0;
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (;;) {
          const answer = await stack.ask(stopping, key).catch(() => undefined);
          if (answer === undefined) return;
          if (answer.status === 415) answered += 1;
          else lost += 1;
        }
      }),
    );
    await until(() => answered > 50);
    await stopping.close();
    await load;
    const worker = await stack.worker();
    await until(async () => (await queue.getWaitingCount()) === 0);
    await until(async () => (await stack.recorded(key)).rows >= answered);
    expect(await stack.recorded(key)).toEqual({ rows: answered, sum: answered });
    expect(lost).toBeLessThanOrEqual(8);
    await worker.close();
  });
});
