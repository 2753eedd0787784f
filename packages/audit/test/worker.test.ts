import { generateKeyPairSync, randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type PrivateRedis, startRedis, type TestDatabase } from '@nomo/local/testing';
import { Queue } from 'bullmq';

import {
  type AuditDatabase,
  type AuditProblem,
  AuditQueue,
  AuditWorker,
  type AuditWorkerOptions,
  Checkpointer,
  type CheckpointStore,
  measureOutbox,
  type OutboxState,
} from '../src/index.js';
import { audit, context } from './catalogue.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf, tenantsOf } from './prisma.js';
import { namesInChain, recordThings } from './trail.js';

const prefix = '{audit-test}';
const never = 3_600_000;

let database: TestDatabase;
let api: RawClient;
let client: RawClient;
let redis: PrivateRedis;
let closing: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  client = openPrisma(urlFor(database, 'worker'));
});

afterEach(async () => {
  for (const each of closing) await each.close();
  closing = [];
});

afterAll(async () => {
  await api.$disconnect();
  await client.$disconnect();
  await database.drop();
  await redis.stop();
});

function openQueue(of = prefix): AuditQueue {
  const connection = {
    url: redis.url,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: () => 50,
  };
  const queue = new AuditQueue({ prefix: of, connection });
  closing.push(queue);
  return queue;
}

function startWorker(options: Partial<AuditWorkerOptions> = {}): AuditProblem[] {
  const problems: AuditProblem[] = [];
  closing.unshift(
    openWorker({ onProblem: (problem) => void problems.push(problem), ...options }),
  );
  return problems;
}

function openWorker(options: Partial<AuditWorkerOptions>): AuditWorker {
  return new AuditWorker({
    prefix,
    connection: { url: redis.url, maxRetriesPerRequest: null, retryStrategy: () => 50 },
    database: systemOf(client),
    sweepEveryMs: never,
    onProblem: () => undefined,
    ...options,
  });
}

/** Waits until it is so; Jest ends the test if it never is. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function chained(tenantId: string): Promise<number> {
  return (await namesInChain(database, tenantId)).length;
}

async function removeThing(queue: AuditQueue, tenantId: string): Promise<void> {
  await tenantsOf(api).withTenant(tenantId, (tx) =>
    audit
      .announcedTo(queue.announce)
      .recordAudit(tx, { ...context(tenantId), action: 'thing.removed' }),
  );
}

describe('the worker', () => {
  it('chains an event soon after it is committed', async () => {
    const queue = openQueue();
    const problems = startWorker();
    const tenantId = randomUUID();
    await queue.announce(tenantId); // Until this is over, the connection may not stand.
    for (let count = 1; count <= 20; count += 1) {
      await removeThing(queue, tenantId);
    }
    await until(async () => (await chained(tenantId)) === 20);
    expect(problems).toEqual([]);
  });

  it('chains what was recorded and called for when a drain had read all there was', async () => {
    const queue = openQueue();
    const tenantId = randomUUID();
    const door = systemOf(client);
    let late = 0;
    const database: AuditDatabase = {
      asSystem: async (reason, work, options) => {
        const result = await door.asSystem(reason, work, options);
        if (reason === 'audit: chain events' && late < 5) {
          late += 1;
          // The job is still running: its call must not be taken for answered.
          await recordThings(api, tenantId, 1);
          await queue.announce(tenantId);
        }
        return result;
      },
    };
    startWorker({ database });
    await recordThings(api, tenantId, 1);
    await until(() =>
      queue.announce(tenantId).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await chained(tenantId)) === 6);
  });

  it('finds what nobody called for', async () => {
    const tenantIds = [randomUUID(), randomUUID(), randomUUID()];
    for (const tenantId of tenantIds) await recordThings(api, tenantId, 2);
    const states: OutboxState[] = [];
    startWorker({
      sweepEveryMs: 50,
      sweepOlderThanMs: 0,
      onOutbox: (state) => void states.push(state),
    });
    for (const tenantId of tenantIds) await until(async () => (await chained(tenantId)) === 2);
    await until(() => states.at(-1)?.waiting === 0);
    expect(states[0]?.waiting).toBe(6);
    expect(states[0]?.oldestSeconds).toBeGreaterThan(0);
    expect(await measureOutbox(systemOf(client))).toEqual({ waiting: 0, oldestSeconds: 0 });
  });

  it('leaves to the queue what is young', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 1);
    let sweeps = 0;
    startWorker({
      sweepEveryMs: 10,
      sweepOlderThanMs: never,
      onOutbox: () => {
        sweeps += 1;
      },
    });
    await until(() => sweeps >= 5);
    expect(await chained(tenantId)).toBe(0);
  });

  it('puts a poisoned job aside with its reason, and goes on', async () => {
    const poison = new Queue<unknown>('audit', { prefix, connection: { url: redis.url } });
    closing.push(poison);
    const queue = openQueue();
    const problems = startWorker();
    for (const data of [
      { tenantId: 'nobody' },
      {},
      null,
      { tenantId: randomUUID(), more: 1 },
    ]) {
      await poison.add('drain', data, { attempts: 3 });
    }
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 1);
    await queue.announce(tenantId);
    await until(async () => (await chained(tenantId)) === 1);
    await until(() => problems.length === 4);
    expect(problems.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 4 }, () => 'dead_letter'),
    );
    expect(problems[0]?.message).toContain('the job names no tenant');
    const letters = await queue.deadLetters();
    expect(letters.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'the job names no tenant'),
    );
  });

  it('reports rows that are no events', async () => {
    const tenantId = randomUUID();
    await withPg(database.url, (pg) =>
      pg.query(`INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES ($1, $1, '{}')`, [
        tenantId,
      ]),
    );
    const queue = openQueue();
    const problems = startWorker();
    await queue.announce(tenantId);
    await until(() => problems.length === 1);
    expect(problems[0]?.kind).toBe('quarantined');
    expect(problems[0]?.message).toContain(tenantId);
  });

  it('signs checkpoints, and reports when it cannot', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 1);
    const files = new Map<number, Uint8Array>();
    let broken = true;
    const store: CheckpointStore = {
      list: () => Promise.resolve([...files.keys()]),
      read: (number) => Promise.resolve(files.get(number)),
      write: (number, bytes) => {
        if (broken) return Promise.reject(new Error('the disk is full'));
        files.set(number, bytes);
        return Promise.resolve();
      },
    };
    const { privateKey } = generateKeyPairSync('ed25519');
    const problems = startWorker({
      sweepEveryMs: 20,
      sweepOlderThanMs: 0,
      checkpointEveryMs: 20,
      checkpointer: new Checkpointer({ database: systemOf(client), store, privateKey }),
    });
    await until(() => problems.some(({ kind }) => kind === 'checkpoint_failed'));
    broken = false;
    await until(() => files.size > 0);
  });

  it('drains without Redis, and while Redis is away', async () => {
    const queue = openQueue();
    const before = randomUUID();
    startWorker({ sweepEveryMs: 50, sweepOlderThanMs: 0 });
    await queue.announce(before);
    await redis.kill();
    try {
      const tenantId = randomUUID();
      // The change is committed, whoever can be told of it.
      await removeThing(queue, tenantId);
      await until(async () => (await chained(tenantId)) === 1);
    } finally {
      await redis.start();
    }
    const after = randomUUID();
    await until(() =>
      queue.announce(after).then(
        () => true,
        () => false,
      ),
    );
    await removeThing(queue, after);
    await until(async () => (await chained(after)) === 1);
  });

  it('tells once that Redis is away, and once that it is back', async () => {
    const told: string[] = [];
    let attempts = 0;
    const problems = startWorker({
      connection: {
        url: redis.url,
        maxRetriesPerRequest: null,
        retryStrategy: () => {
          attempts += 1;
          return 20;
        },
      },
      onProblem: ({ kind }) => void told.push(kind),
      onRecovered: ({ kind }) => void told.push(`${kind} is over`),
    });
    const queue = openQueue();
    await queue.announce(randomUUID());
    await redis.kill();
    attempts = 0;
    await until(() => attempts >= 20);
    expect(told).toEqual(['queue_unreachable']);
    await redis.start();
    await until(() => told.length > 1);
    expect(told).toEqual(['queue_unreachable', 'queue_unreachable is over']);
    expect(problems).toEqual([]);
  });

  it('tells once that PostgreSQL is away, and once that it is back', async () => {
    const told: string[] = [];
    let sweeps = 0;
    let away = true;
    const door = systemOf(client);
    startWorker({
      sweepEveryMs: 10,
      database: {
        asSystem: (reason, work, options) => {
          if (reason === 'audit: find waiting events') sweeps += 1;
          return away
            ? Promise.reject(new Error('the server is away'))
            : door.asSystem(reason, work, options);
        },
      },
      onProblem: ({ kind }) => void told.push(kind),
      onRecovered: ({ kind }) => void told.push(`${kind} is over`),
    });
    await until(() => sweeps >= 5);
    away = false;
    await until(() => told.length > 1);
    sweeps = 0;
    await until(() => sweeps >= 5);
    expect(told).toEqual(['sweep_failed', 'sweep_failed is over']);
  });

  // Jest's own limit is what fails these: BullMQ alone would wait for as long as Redis is away.
  it.each(['killed', 'stopped in its tracks'] as const)(
    'stops, as its queue does, while Redis is %s',
    async (how) => {
      const worker = openWorker({});
      const queue = openQueue();
      await queue.announce(randomUUID());
      if (how === 'killed') await redis.kill();
      else redis.pause();
      try {
        await worker.close();
        await queue.close();
      } finally {
        if (how === 'killed') await redis.start();
        else redis.resume();
      }
    },
  );

  it('stops where Redis never was', async () => {
    const connection = {
      url: 'redis://127.0.0.1:1',
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
    };
    const problems: AuditProblem[] = [];
    const worker = openWorker({
      connection,
      onProblem: (problem) => void problems.push(problem),
    });
    const queue = new AuditQueue({ prefix, connection });
    await until(() => problems.length > 0);
    await worker.close();
    await queue.close();
    expect(problems.map(({ kind }) => kind)).toEqual(['queue_unreachable']);
  });

  it('finishes the page under way before it stops', async () => {
    // A queue of its own: in the other there may be jobs that a test before has left.
    const own = randomUUID();
    const queue = openQueue(own);
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 1);
    const door = systemOf(client);
    const reached = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const worker = openWorker({
      prefix: own,
      database: {
        asSystem: async (reason, work, options) => {
          if (reason === 'audit: chain events') {
            reached.resolve(undefined);
            await released.promise;
          }
          return door.asSystem(reason, work, options);
        },
      },
    });
    await until(() =>
      queue.announce(tenantId).then(
        () => true,
        () => false,
      ),
    );
    await reached.promise;
    await redis.kill();
    try {
      const closed = worker.close();
      released.resolve(undefined);
      await closed;
      expect(await chained(tenantId)).toBe(1);
    } finally {
      await redis.start();
    }
  });
});
