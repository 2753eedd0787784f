import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PrivateRedis, startRedis } from '@nomo/local/testing';
import { type Job, Queue } from 'bullmq';

import { leaveQueue, queueConnection, QueueWorker, workerConnection } from '../src/index.js';

describe('a worker', () => {
  let redis: PrivateRedis;
  let queue: Queue;
  let worker: QueueWorker;
  let told: string[];

  beforeEach(async () => {
    told = [];
    redis = await startRedis();
    queue = new Queue('q', { connection: queueConnection(redis.url) });
    queue.on('error', () => undefined);
  });
  afterEach(async () => {
    await worker.close();
    await leaveQueue(queue);
    await redis.stop();
  });

  const work = (process: (job: Job<unknown>) => Promise<unknown>): QueueWorker => {
    worker = new QueueWorker('q', process, {
      connection: workerConnection(redis.url),
      finishMs: 5_000,
      onTrouble: () => void told.push('trouble'),
      onRecovery: () => void told.push('recovery'),
    });
    return worker;
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('tells once that Redis is away, and once that it is back, and goes on', async () => {
    const done: unknown[] = [];
    await work(({ data }) => Promise.resolve(done.push(data))).jobs.waitUntilReady();
    await redis.kill();
    await until(() => told.length > 0);
    // Some attempts to reconnect.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await redis.start();
    await until(() => told.length > 1);
    await queue.add('job', 'after');
    await until(() => done.length > 0);
    expect(done).toEqual(['after']);
    expect(told).toEqual(['trouble', 'recovery']);
  });

  it('is not back while one of its connections is and the other is not', async () => {
    await work(() => Promise.resolve()).jobs.waitUntilReady();
    await redis.kill();
    await until(() => told.length > 0);
    let refusals = 0;
    worker.jobs.on('error', () => void (refusals += 1));
    // As the one that is let in says it; the next attempt of the other comes after.
    worker.jobs.getBackend().emit('ready');
    await until(() => refusals > 0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(told).toEqual(['trouble']);
    await redis.start();
    await until(() => told.length > 1);
    expect(told).toEqual(['trouble', 'recovery']);
  });

  // Jest's own limit is what fails these: BullMQ alone would wait for as long as Redis is away.
  it.each(['killed', 'stopped in its tracks'] as const)(
    'lets a job finish, and stops, while Redis is %s',
    async (how) => {
      let began = false;
      let over = false;
      work(async () => {
        began = true;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        over = true;
      });
      await queue.add('job', {});
      await until(() => began);
      if (how === 'killed') await redis.kill();
      else redis.pause();
      await worker.close();
      expect(over).toBe(true);
      if (how === 'killed') await redis.start();
      else redis.resume();
    },
  );

  it('does not wait for a job that does not end', async () => {
    let began = false;
    worker = new QueueWorker(
      'q',
      () => {
        began = true;
        return new Promise(() => undefined);
      },
      {
        connection: workerConnection(redis.url),
        finishMs: 100,
        onTrouble: () => undefined,
        onRecovery: () => undefined,
      },
    );
    await queue.add('job', {});
    await until(() => began);
    await worker.close();
    expect(began).toBe(true);
  });
});
