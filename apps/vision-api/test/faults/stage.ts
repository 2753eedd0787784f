import { Logger } from '@nestjs/common';
import { AuditQueue } from '@nomo/audit';
import {
  checkpointEnvironment,
  type Checkpoints,
  checkpointsOf,
} from '@nomo/audit/environment';
import { createLimitsConnection } from '@nomo/limits';
import {
  findFreePort,
  migrateWithPrisma,
  type PrivatePostgres,
  type PrivateRedis,
  roleUrl,
  startPostgres,
  startRedis,
} from '@nomo/local/testing';
import { type ApiKeyId } from '@nomo/security-core';
import { Queue } from 'bullmq';
import { type Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { auditEvents } from '../../src/audit/audit-events.js';
import { AUDIT_QUEUE_PREFIX } from '../../src/audit/audit.js';
import { KeysDatabase, WorkerDatabase } from '../../src/database/doors.js';
import { Pools } from '../../src/database/pools.js';
import { KeyRecords } from '../../src/keys/key-records.js';
import { KeysRepository } from '../../src/keys/keys.repository.js';
import { KeysService } from '../../src/keys/keys.service.js';
import { SCOPES } from '../../src/keys/scopes.js';
import { databaseRoleOf, ROLES, urlVariableOf, type Role } from '../../src/roles.js';
import { USAGE_QUEUE } from '../../src/usage/usage-event.js';
import { TESTER, type TestKey } from '../support/stack.js';
import { Program } from './program.js';

const app = path.resolve(import.meta.dirname, '../..');

/** Requests that a key may make in a day: more than any test sends. */
export const DAILY_QUOTA = 100_000;

/** Jobs that may wait in the queue. */
export const QUEUE_LIMIT = 1_500;

/** Of each process, when something is not as it has to be. */
const LINES_SHOWN = 30;

/** A PostgreSQL, a Redis, two processes that answer and one that works behind them. */
export class Stage {
  private constructor(
    readonly postgres: PrivatePostgres,
    readonly redis: PrivateRedis,
    /** Signs in as the owner, whom nothing binds. */
    readonly databaseUrl: string,
    readonly apis: readonly [Program, Program],
    readonly worker: Program,
    readonly keys: KeysService,
    /** The usage queue, from outside. */
    readonly queue: Queue,
    /** Redis, from outside: fails at once while Redis is away. */
    readonly connection: Redis,
    readonly audit: WorkerDatabase,
    readonly checkpoints: Checkpoints,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<Stage> {
    // What fails in here is told by the outcome.
    Logger.overrideLogger(false);
    const [postgres, redis] = await Promise.all([
      startPostgres(),
      // As in production: what was acknowledged is there after a kill. With `everysec` it is not.
      startRedis({ settings: { appendfsync: 'always' } }),
    ]);
    const databaseUrl = await migrated(postgres.adminUrl);
    const urls = new Map<Role, string>();
    for (const role of ROLES) urls.set(role, await roleUrl(databaseUrl, databaseRoleOf(role)));
    const folder = mkdtempSync(path.join(tmpdir(), 'nomo-checkpoints-'));
    const checkpoints = {
      AUDIT_CHECKPOINTS: folder,
      AUDIT_CHECKPOINT_KEY: randomBytes(32).toString('base64url'),
    };
    const environment = {
      REDIS_URL: redis.url,
      ...Object.fromEntries([...urls].map(([role, url]) => [urlVariableOf(role), url])),
      LOG_LEVEL: 'warn',
      ENGINE_WORKERS: '1',
      RATE_LIMIT_PER_SECOND: '100000',
      RATE_LIMIT_BURST: '100000',
      RATE_LIMIT_PROCESSES: '2',
      DAILY_QUOTA: String(DAILY_QUOTA),
      USAGE_QUEUE_LIMIT: String(QUEUE_LIMIT),
    };
    const program = async (name: string, file: 'main.js' | 'worker.js'): Promise<Program> => {
      const port = String(await findFreePort());
      return new Program(name, `http://127.0.0.1:${port}`, file, {
        ...environment,
        ...(file === 'main.js' ? { PORT: port } : { WORKER_PORT: port, ...checkpoints }),
      });
    };
    const apis = [
      await program('the first API', 'main.js'),
      await program('the second API', 'main.js'),
    ] as const;
    const worker = await program('the worker', 'worker.js');

    const pools = new Pools(urls);
    const connection = createLimitsConnection(redis.url);
    connection.on('error', () => undefined);
    const queue = new Queue(USAGE_QUEUE.name, {
      prefix: USAGE_QUEUE.prefix,
      connection: { url: redis.url, maxRetriesPerRequest: null },
    });
    queue.on('error', () => undefined);
    const calls = new AuditQueue({
      prefix: AUDIT_QUEUE_PREFIX,
      connection: { url: redis.url, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
    });
    const repository = new KeysRepository(
      new KeysDatabase(pools.of('keys')),
      auditEvents.announcedTo(calls.announce),
    );
    const found = checkpointsOf(z.object(checkpointEnvironment).parse(checkpoints));
    if (found === undefined) throw new Error('there is no place for checkpoints');
    const stage = new Stage(
      postgres,
      redis,
      databaseUrl,
      apis,
      worker,
      new KeysService(repository, new KeyRecords(connection)),
      queue,
      connection,
      new WorkerDatabase(pools.of('worker')),
      found,
      async () => {
        await Promise.all([...apis, worker].map((running) => running.end('SIGTERM')));
        await Promise.all([queue.close(), calls.close(), pools.onApplicationShutdown()]);
        connection.disconnect();
        await Promise.all([redis.stop(), postgres.stop()]);
        rmSync(folder, { recursive: true, force: true });
      },
    );
    await Promise.all([...apis, worker].map((running) => running.start()));
    return stage;
  }

  /** A new key of a new customer. */
  async createKey(): Promise<TestKey> {
    const name = `${randomBytes(8).toString('hex')}@example.com`;
    const options = { mode: 'test', name: '', scopes: SCOPES, expiresAt: undefined } as const;
    const { apiKey, key } = await this.keys.create(name, options, TESTER);
    return { id: apiKey.id, userId: apiKey.userId, key: key.reveal() };
  }

  /** A new key that has so many requests of today left. */
  async createKeyWithLeft(left: number): Promise<TestKey> {
    const key = await this.createKey();
    await this.withSql((sql) =>
      sql.query(
        `INSERT INTO quota_counters (user_id, key_id, day, used)
         VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date, $3)`,
        [key.userId, key.id, DAILY_QUOTA - left],
      ),
    );
    return key;
  }

  async revoke({ userId, id }: TestKey): Promise<void> {
    await this.keys.revoke(userId, id, TESTER);
  }

  async withSql<Result>(work: (sql: pg.Client) => Promise<Result>): Promise<Result> {
    const sql = new pg.Client({ connectionString: this.databaseUrl });
    // A server that is killed takes this connection with it.
    sql.on('error', () => undefined);
    await sql.connect();
    try {
      return await work(sql);
    } finally {
      await sql.end().catch(() => undefined);
    }
  }

  /** Stops PostgreSQL and every session of it in its tracks. @returns what lets them go on */
  async pausePostgres(): Promise<() => void> {
    const pids = await this.withSql(async (sql) => {
      const { rows } = await sql.query<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
      );
      return rows.map(({ pid }) => pid);
    });
    this.postgres.pause();
    const stopped = pids.filter((pid) => send(pid, 'SIGSTOP'));
    return () => {
      for (const pid of stopped) send(pid, 'SIGCONT');
      this.postgres.resume();
    };
  }

  /** How many requests of today Redis has counted for a key. */
  async countOf(id: ApiKeyId): Promise<number> {
    return Number(await this.connection.hget(`quota:{${id}}`, 'used'));
  }

  /** The latest lines that the processes have logged. */
  latestLog(): string {
    return [...this.apis, this.worker]
      .flatMap(({ name, lines }) => lines.slice(-LINES_SHOWN).map((line) => `${name}: ${line}`))
      .join('\n');
  }

  async stop(): Promise<void> {
    await this.close();
  }
}

async function migrated(adminUrl: string): Promise<string> {
  const url = new URL(adminUrl);
  url.pathname = '/vision';
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE vision');
  await admin.end();
  await migrateWithPrisma(app)(url.href);
  return url.href;
}

/** @returns whether there was such a process */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
