import { fileURLToPath } from 'node:url';
import {
  encodeBatch,
  USAGE_QUEUE,
  type UsageEvent,
} from '@nomo/vision-api/dist/usage/usage-event.js';
import { Queue } from 'bullmq';
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { BenchmarkError, type Run } from '../frame/benchmark.ts';
import { interleave } from '../frame/rounds.ts';
import type { Environment } from '../service/vision-api.ts';
import type { RowByRowSetup } from './contenders/row-by-row.ts';
import { WorkerProcess } from './worker-process.ts';

/** What a job holds: full, what 32 requests at once make, or a single answer. */
export const OURS_FULL = 'vision-worker, 500 events a job';
export const OURS = 'vision-worker, 32 events a job';
export const OURS_SINGLE = 'vision-worker, 1 event a job';
export const ROW_BY_ROW = 'one row a job';
export const contenders = [OURS_FULL, OURS, OURS_SINGLE, ROW_BY_ROW] as const;
export type Contender = (typeof contenders)[number];

const EVENTS_A_JOB: Readonly<Record<Contender, number>> = {
  [OURS_FULL]: 500,
  [OURS]: 32,
  [OURS_SINGLE]: 1,
  [ROW_BY_ROW]: 1,
};

/** What one worker did with what was in its queue. */
export interface Worked {
  readonly perSecond: number;
  /** Of the worker's process alone, not of PostgreSQL or Redis. */
  readonly processorMicrosecondsPerEvent: number;
}

export interface UsageTaken {
  readonly rounds: Readonly<Record<Contender, readonly Worked[]>>;
  /** The concurrency with which the peer was at its best. */
  readonly concurrency: number;
}

/** Events of each contender in a round: about what takes it as long as the others. */
const FULL = { rounds: 5, events: 150_000, singles: 15_000 };
const QUICK = { rounds: 1, events: 40_000, singles: 3_000 };

/** What the peer is tried with. */
const CONCURRENCIES = [8, 32, 128];

const PEER_QUEUE = { name: 'rows', prefix: '{bench}' };

const CUSTOMERS = 16;
const KEYS_OF_EACH = 4;

const worker = fileURLToPath(
  new URL('../../../apps/vision-api/dist/worker.js', import.meta.url),
);
const peer = fileURLToPath(new URL('contenders/row-by-row.ts', import.meta.url));

/** Fills queues, lets workers empty them into PostgreSQL, and counts what has arrived. */
export async function measureUsage(
  run: Run,
  environment: Environment,
  ownerUrl: string,
): Promise<UsageTaken> {
  const plan = run.quick ? QUICK : FULL;
  await using stack = new AsyncDisposableStack();
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  stack.defer(() => owner.end());
  const keys = await makeKeys(owner);

  const openQueue = (name: string, prefix: string): Queue => {
    const queue = new Queue(name, {
      prefix,
      connection: { url: environment.REDIS_URL },
      defaultJobOptions: { removeOnComplete: true },
    });
    stack.defer(() => queue.close());
    return queue;
  };
  const queues = {
    ours: openQueue(USAGE_QUEUE.name, USAGE_QUEUE.prefix),
    peer: openQueue(PEER_QUEUE.name, PEER_QUEUE.prefix),
  };
  const count = async (): Promise<number> => {
    const { rows } = await owner.query<{ count: string }>('SELECT count(*) FROM usage_records');
    return Number(rows[0]?.count);
  };

  /** Nothing is at work until the queue is full, and then nothing else is. */
  const work = async (
    process: WorkerProcess,
    queue: Queue,
    perJob: number,
    events: number,
  ): Promise<Worked> => {
    await queue.pause();
    await fill(queue, keys, perJob, events);
    // Nobody's vacuum or checkpoint is to fall on the next one's time.
    await owner.query('VACUUM ANALYZE usage_records');
    await owner.query('CHECKPOINT');
    const before = await count();
    const processorBefore = await process.processorSeconds();
    const begin = performance.now();
    await queue.resume();
    await untilEmpty(queue, process);
    const seconds = (performance.now() - begin) / 1000;
    const processorSeconds = (await process.processorSeconds()) - processorBefore;
    const written = (await count()) - before;
    if (written !== events)
      throw new BenchmarkError(`${String(written)} of ${String(events)} events were written.`);
    return {
      perSecond: events / seconds,
      processorMicrosecondsPerEvent: (processorSeconds * 1e6) / events,
    };
  };
  const startPeer = (concurrency: number): WorkerProcess => {
    const setup: RowByRowSetup = {
      databaseUrl: environment['DATABASE_URL_WORKER'] ?? '',
      redisUrl: environment.REDIS_URL,
      queue: PEER_QUEUE.name,
      prefix: PEER_QUEUE.prefix,
      concurrency,
    };
    return new WorkerProcess([peer, JSON.stringify(setup)], {});
  };

  run.progress('usage: how many jobs at once suit the peer');
  let best = { concurrency: 0, perSecond: 0 };
  for (const concurrency of CONCURRENCIES) {
    await using process = startPeer(concurrency);
    await work(process, queues.peer, 1, plan.singles / 5);
    const { perSecond } = await work(process, queues.peer, 1, plan.singles / 3);
    if (perSecond > best.perSecond) best = { concurrency, perSecond };
  }

  const ours = stack.use(new WorkerProcess([worker], { ...environment }));
  const theirs = stack.use(startPeer(best.concurrency));
  const round = async (name: Contender): Promise<Worked> => {
    const perJob = EVENTS_A_JOB[name];
    const events = perJob === 1 ? plan.singles : plan.events - (plan.events % perJob);
    return name === ROW_BY_ROW
      ? work(theirs, queues.peer, perJob, events)
      : work(ours, queues.ours, perJob, events);
  };
  run.progress(`usage: ${plan.rounds} rounds`);
  for (const name of contenders) await round(name);
  return {
    rounds: await interleave(contenders, plan.rounds, round),
    concurrency: best.concurrency,
  };
}

interface Key {
  readonly userId: string;
  readonly keyId: string;
}

async function makeKeys(owner: Client): Promise<Key[]> {
  const { rows } = await owner.query<Key>(
    `WITH customers AS (
       INSERT INTO users (email) SELECT 'usage' || n || '@example.com' FROM generate_series(1, $1::integer) n
       RETURNING id
     )
     INSERT INTO api_keys (user_id, id, secret_hash, scopes)
     SELECT customers.id, 'nmk_test_' || left(replace(gen_random_uuid()::text, '-', ''), 22),
       sha256(uuid_send(gen_random_uuid())), ARRAY['faces:detect']
     FROM customers, generate_series(1, $2::integer)
     RETURNING user_id AS "userId", id AS "keyId"`,
    [CUSTOMERS, KEYS_OF_EACH],
  );
  return rows;
}

/** Jobs as the API makes them, or one for each event as the peer has them. */
async function fill(
  queue: Queue,
  keys: readonly Key[],
  perJob: number,
  events: number,
): Promise<void> {
  const made = Array.from({ length: events }, (_, index): UsageEvent => {
    const { userId, keyId } = keys[index % keys.length] ?? { userId: '', keyId: '' };
    return {
      eventId: uuidv7(),
      userId,
      keyId,
      operation: 'faces:detect',
      status: 200,
      occurredAt: Date.now(),
    };
  });
  const jobs = [];
  for (let start = 0; start < events; start += perJob) {
    const own = made.slice(start, start + perJob);
    const data = queue.name === USAGE_QUEUE.name ? encodeBatch(own) : own[0];
    jobs.push({ name: 'record', data });
  }
  const AT_ONCE = 1_000;
  for (let start = 0; start < jobs.length; start += AT_ONCE)
    await queue.addBulk(jobs.slice(start, start + AT_ONCE));
}

/** Looks rarely enough to cost the worker nothing, often enough to be exact to a percent. */
const LOOK_EVERY_MS = 10;
const LONGEST_MS = 300_000;

async function untilEmpty(queue: Queue, process: WorkerProcess): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (performance.now() < deadline) {
    const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'failed');
    if (counts['failed'] !== 0) throw new BenchmarkError('Jobs have failed.');
    if (counts['wait'] === 0 && counts['active'] === 0 && counts['delayed'] === 0) return;
    process.requireRunning();
    await sleep(LOOK_EVERY_MS);
  }
  throw new BenchmarkError(`The queue ${queue.name} was not emptied in time.`);
}
