import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningService } from '@nomo/service-kit';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { OpenUsage } from '../src/usage/open-usage.js';
import { USAGE_QUEUE, type UsageEvent } from '../src/usage/usage-event.js';
import { UsageSweeper } from '../src/usage/usage-sweeper.js';
import { OutageStack, until } from './support/outage-stack.js';
import { type TestKey } from './support/stack.js';

describe('usage of requests under way', () => {
  let stack: OutageStack;
  let service: RunningService;
  let queue: Queue;
  let redis: Redis;
  let open: OpenUsage;
  let key: TestKey;

  beforeAll(async () => {
    stack = await OutageStack.start({ appendfsync: 'always' });
    service = await stack.service();
    key = await stack.createKey(service);
    redis = new Redis(stack.redis.url);
    redis.on('error', () => undefined);
    open = new OpenUsage(redis);
    queue = new Queue(USAGE_QUEUE.name, {
      prefix: USAGE_QUEUE.prefix,
      connection: { url: stack.redis.url, maxRetriesPerRequest: null },
    });
    queue.on('error', () => undefined);
  });
  afterAll(async () => {
    await queue.close();
    redis.disconnect();
    await stack.stop();
  });
  beforeEach(() => queue.obliterate({ force: true }));

  const event = (): UsageEvent => ({
    eventId: uuidv7(),
    userId: key.userId,
    keyId: key.id,
    operation: 'labels:detect',
    status: 200,
    occurredAt: Date.now(),
  });

  it('is in Redis before the answer, and out of it once the queue has it', async () => {
    const before = await queue.getWaitingCount();
    await stack.ask(service, key);
    // Nothing but what was there: the answer did not wait for the queue.
    await until(async () => (await queue.getWaitingCount()) === before + 1);
    await until(async () => (await open.count()) === 0);
    const [job] = await queue.getWaiting();
    expect(job?.data).toMatchObject({
      rows: [[expect.any(String), 0, 415, expect.any(Number)]],
    });
  });

  it('is in the queue by a worker when its process died, once however many look', async () => {
    const dead = randomUUID();
    const [stored, lost] = [event(), event()];
    const rows = (await stack.recorded(key)).rows;
    const worker = await stack.worker();
    await open.change(dead, [stored, lost], []);
    await Promise.all(
      [1, 2].map(async () => {
        const sweeper = new UsageSweeper(open, queue);
        await sweeper.look();
        await sweeper.look();
      }),
    );
    // What its process had stored before it died, and what comes a second time.
    await open.change(dead, [stored], []);
    await until(async () => (await open.count()) === 0);
    await until(async () => (await stack.recorded(key)).rows >= rows + 2);
    await until(
      async () => (await queue.getActiveCount()) + (await queue.getWaitingCount()) === 0,
    );
    expect((await stack.recorded(key)).rows).toBe(rows + 2);
    expect(stack.logged('A process died with requests under way')).toBeGreaterThan(0);
    await until(async () => !(await open.silent()).includes(dead));
    await worker.close();
  });

  it('is left to a process that lives, and to one that was silent only once', async () => {
    const [living, quiet] = [randomUUID(), randomUUID()];
    const sweeper = new UsageSweeper(open, queue);
    await open.change(living, [event()], []);
    await open.beat(living);
    await open.change(quiet, [event()], []);
    await sweeper.look();
    await open.beat(quiet);
    await sweeper.look();
    expect(await queue.getWaitingCount()).toBe(0);
    expect(await open.count()).toBe(2);
    for (const each of [living, quiet]) {
      await open.change(each, [], [...(await open.leftBy(each)).keys()]);
      await open.forget(each);
    }
    expect(await open.count()).toBe(0);
  });

  it('is not forgotten with a process that leaves some of it', async () => {
    const process = randomUUID();
    const left = event();
    await open.change(process, [left], []);
    await open.forget(process);
    expect(await open.silent()).toContain(process);
    await open.change(process, [], [left.eventId]);
    await open.forget(process);
    expect(await open.silent()).not.toContain(process);
  });

  it('that makes no sense becomes a dead letter, and holds up nothing', async () => {
    const dead = randomUUID();
    const good = event();
    const rows = (await stack.recorded(key)).rows;
    await open.change(dead, [good], []);
    await redis.hset(`{nomosly}:usage-open:events:${dead}`, 'broken', '{"of":');
    for (const name of ['strange', '7', 'a:b']) {
      await redis.hset(`{nomosly}:usage-open:events:${dead}`, name, '{"of":7}');
    }
    const hopeless = randomUUID();
    await redis.sadd('{nomosly}:usage-open:processes', hopeless);
    await redis.set(`{nomosly}:usage-open:events:${hopeless}`, 'no hash');
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === rows + 1);
    await until(async () => (await queue.getFailedCount()) === 4);
    const later = randomUUID();
    await open.change(later, [event()], []);
    await until(async () => (await stack.recorded(key)).rows === rows + 2);
    expect(stack.logged('What a process left open cannot be brought')).toBeGreaterThan(0);
    await redis.del(`{nomosly}:usage-open:events:${hopeless}`);
    await until(async () => !(await open.silent()).includes(hopeless));
    expect(await open.count()).toBe(0);
    await worker.close();
  });

  it('is left to a process that says it lives while it is being swept', async () => {
    const process = randomUUID();
    await open.change(process, [event()], []);
    const revived = {
      silent: () => open.silent(),
      lives: (id: string) => open.lives(id),
      change: open.change.bind(open),
      forget: (id: string) => open.forget(id),
      leftBy: async (id: string) => {
        const left = await open.leftBy(id);
        await open.beat(id);
        await open.change(id, [event()], []);
        return left;
      },
    };
    const sweeper = new UsageSweeper(revived, queue);
    await sweeper.look();
    await sweeper.look();
    expect(await queue.getWaitingCount()).toBe(1);
    expect(await open.count()).toBe(1);
    await open.change(process, [], [...(await open.leftBy(process)).keys()]);
    await open.forget(process);
  });

  it('is left behind by a worker and a service at once while Redis stands still', async () => {
    const [worker, stopping] = [await stack.worker(), await stack.service()];
    stack.redis.pause();
    const began = performance.now();
    try {
      await Promise.all([worker.close(), stopping.close()]);
    } finally {
      stack.redis.resume();
    }
    // Each part of it that asks waits a moment; a Redis that is not left takes without end.
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('is recorded though Redis is killed before the queue has it', async () => {
    const rows = (await stack.recorded(key)).rows;
    const asked = [1, 2, 3, 4, 5].map(() => stack.ask(service, key));
    await Promise.all(asked);
    await stack.redis.kill();
    await stack.redis.start();
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === rows + 5);
    await until(async () => (await open.count()) === 0);
    expect((await stack.recorded(key)).rows).toBe(rows + 5);
    await worker.close();
  });

  it('is stored by a process that is told to stop, which leaves nothing open', async () => {
    const rows = (await stack.recorded(key)).rows;
    const stopping = await stack.service();
    await Promise.all([1, 2, 3].map(() => stack.ask(stopping, key)));
    await stopping.close();
    expect(await open.count()).toBe(0);
    const worker = await stack.worker();
    await until(async () => (await stack.recorded(key)).rows === rows + 3);
    await worker.close();
  });
});
