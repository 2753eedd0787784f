import { afterEach, describe, expect, it } from '@jest/globals';
import { type PrivateRedis, startRedis } from '@nomo/local/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

import { answerOf, callerConnection, leaveQueue } from '../src/index.js';

/** Longer than the pause between two attempts to reconnect. */
const longerThanAPauseMs = 1_500;

describe('leaving a queue', () => {
  let redis: PrivateRedis;
  afterEach(() => redis.stop());

  const open = (): Queue => {
    const queue = new Queue('q', { connection: callerConnection(redis.url) });
    queue.on('error', () => undefined);
    return queue;
  };
  /** Besides the one that asks. */
  const connections = async (): Promise<number> => {
    const own = new Redis(redis.url);
    const clients = String(await own.client('LIST'));
    own.disconnect();
    return clients.trim().split('\n').length - 1;
  };

  // Jest's own limit is what fails these: BullMQ alone would wait for ever, or come back.
  it('takes the connection with it', async () => {
    redis = await startRedis();
    const queue = open();
    await queue.waitUntilReady();
    expect(await connections()).toBe(1);
    await leaveQueue(queue);
    expect(await connections()).toBe(0);
  });

  it('works for good between two attempts to reach a Redis that is away', async () => {
    redis = await startRedis();
    const queue = open();
    await queue.waitUntilReady();
    const failed = new Promise((resolve) => queue.once('error', resolve));
    await redis.kill();
    await failed;
    // The next attempt is 100 ms away or more.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await leaveQueue(queue);

    await redis.start();
    await new Promise((resolve) => setTimeout(resolve, longerThanAPauseMs));
    expect(await connections()).toBe(0);
  });

  it('works where Redis never was, and a call before it is refused in time', async () => {
    redis = await startRedis();
    await redis.kill();
    const queue = open();
    await expect(answerOf(queue.addBulk([]))).rejects.toThrow('did not answer');
    await leaveQueue(queue);
    await redis.start();
    await new Promise((resolve) => setTimeout(resolve, longerThanAPauseMs));
    expect(await connections()).toBe(0);
  });

  it('works while Redis does not answer', async () => {
    redis = await startRedis();
    const queue = open();
    await queue.waitUntilReady();
    redis.pause();
    await leaveQueue(queue);
    redis.resume();
    expect(await connections()).toBe(0);
  });
});
