import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { encodeBatch, USAGE_QUEUE, type UsageEvent } from '../src/usage/usage-event.js';
import { runCommand, type CommandOutcome } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

const nobody = '00000000-0000-4000-8000-000000000000';

describe('nomosly usage dead-letters', () => {
  let stores: Stores;
  let queue: Queue;

  beforeAll(async () => {
    stores = await startStores();
    const connection = { url: stores.redisUrl, maxRetriesPerRequest: null };
    const { name, prefix } = USAGE_QUEUE;
    queue = new Queue(name, { prefix, connection });
    const event: UsageEvent = {
      eventId: uuidv7(),
      userId: nobody,
      keyId: 'nmk_test_x',
      operation: 'text:detect',
      status: 200,
      occurredAt: 1,
    };
    await queue.add('record', encodeBatch([event, { ...event, eventId: uuidv7() }]));
    await queue.add('record', { of: 'none' });
    await queue.add('record', encodeBatch([event]));
    const failing = new Worker(name, () => Promise.reject(new Error('nobody is\nunknown')), {
      prefix,
      connection,
    });
    while ((await queue.getFailedCount()) < 3) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await failing.close();
  });
  afterAll(async () => {
    await queue.close();
    await stores.stop();
  });

  const run = (...args: string[]): Promise<CommandOutcome> =>
    runCommand(stores, ['usage', 'dead-letters', ...args]);

  it('lists them with their reason, as a table and as JSON', async () => {
    const table = await run('list');
    expect(table.stdout).toMatch(/^ID +SINCE +EVENTS +CUSTOMERS +REASON$/mu);
    expect(table.stdout).toMatch(/^1 +\S+ \S+ +2 +1 +nobody is unknown$/mu);
    expect(table.stdout).toMatch(/^2 +\S+ \S+ +– +– +nobody is unknown$/mu);
    const json = await run('list', '--json');
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual(
      expect.objectContaining({ id: '1', events: 2, customers: [nobody] }),
    );
  });

  it('shows one with its events', async () => {
    const { stdout } = await run('show', '1');
    expect(JSON.parse(stdout)).toMatchObject({
      id: '1',
      reason: 'nobody is\nunknown',
      events: [{ userId: nobody, status: 200 }, { userId: nobody }],
    });
    const unknown = await run('show', '99');
    expect(unknown).toMatchObject({ exitCode: 1, stderr: 'There is no dead letter 99.\n' });
  });

  it('wants either names or all of them', async () => {
    expect(await run('discard')).toMatchObject({ exitCode: 1 });
    expect(await run('replay', '1', '--all')).toMatchObject({ exitCode: 1 });
    expect(await queue.getFailedCount()).toBe(3);
  });

  it('replays one, and discards others for good', async () => {
    expect(await run('replay', '1')).toMatchObject({
      exitCode: 0,
      stdout: '1 is in the queue again.\n',
    });
    expect(await queue.getWaitingCount()).toBe(1);
    expect(await run('discard', '1')).toMatchObject({ exitCode: 1 });
    const { stdout } = await run('discard', '--all');
    expect(stdout.trim().split('\n').sort()).toEqual(['2 is gone.', '3 is gone.']);
    expect(await queue.getFailedCount()).toBe(0);
    expect((await run('list')).stdout).toBe('There are no dead letters.\n');
  });

  it('says that Redis cannot be reached', async () => {
    const { password } = new URL(stores.redisUrl);
    const away = `redis://:${password}@127.0.0.1:1`;
    const outcome = await runCommand(
      { ...stores, environment: { ...stores.environment, REDIS_URL: away } },
      ['usage', 'dead-letters', 'list'],
    );
    expect(outcome).toMatchObject({ exitCode: 1 });
    expect(outcome.stderr).toMatch(/^Redis cannot be reached/u);
  });
});
