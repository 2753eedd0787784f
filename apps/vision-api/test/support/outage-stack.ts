import {
  migrateWithPrisma,
  roleUrl,
  startPostgres,
  startRedis,
  type PrivatePostgres,
  type PrivateRedis,
} from '@nomo/local/testing';
import { bucketKey } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import {
  createService,
  createWorker,
  type Running,
  type RunningService,
} from '@nomo/service-kit';
import { Redis } from 'ioredis';
import path from 'node:path';
import pg from 'pg';
import { visionApi, visionWorker } from '../../src/definition.js';
import { KeysService } from '../../src/keys/keys.service.js';
import { SCOPES } from '../../src/keys/scopes.js';
import { databaseRoleOf, ROLES, urlVariableOf } from '../../src/roles.js';
import { TESTER, type TestKey } from './stack.js';

const app = path.resolve(import.meta.dirname, '../..');

/** What one request was answered. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly rateLimit: string | null;
  readonly retryAfter: string | null;
  readonly milliseconds: number;
}

/** A PostgreSQL and a Redis to treat badly, and what runs on them in this process. */
export class OutageStack {
  readonly lines: string[] = [];
  private readonly running: Running[] = [];

  private constructor(
    readonly postgres: PrivatePostgres,
    readonly redis: PrivateRedis,
    readonly databaseUrl: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<OutageStack> {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis({ settings })]);
    const url = new URL(postgres.adminUrl);
    url.pathname = '/vision';
    const admin = new pg.Client({ connectionString: postgres.adminUrl });
    await admin.connect();
    await admin.query('CREATE DATABASE vision');
    await admin.end();
    await migrateWithPrisma(app)(url.href);
    const environment: Record<string, string> = { REDIS_URL: redis.url };
    for (const role of ROLES) {
      environment[urlVariableOf(role)] = await roleUrl(url.href, databaseRoleOf(role));
    }
    return new OutageStack(postgres, redis, url.href, environment);
  }

  /** Starts the service. Its requests are refused before any model is asked for. */
  async service(environment: Record<string, string> = {}): Promise<RunningService> {
    const service = await createService(visionApi, {
      environment: {
        PORT: '0',
        ENGINE_WORKERS: '1',
        RATE_LIMIT_PER_SECOND: '100000',
        RATE_LIMIT_BURST: '100000',
        ...this.environment,
        ...environment,
      },
      logDestination: { write: (line: string) => void this.lines.push(line) },
    });
    this.running.push(service);
    return service;
  }

  async worker(): Promise<Running> {
    const worker = await createWorker(visionWorker, {
      environment: { ...this.environment },
      logDestination: { write: (line: string) => void this.lines.push(line) },
    });
    this.running.push(worker);
    return worker;
  }

  async createKey(service: RunningService, user = 'ada@example.com'): Promise<TestKey> {
    const keys = service.app.get(KeysService, { strict: false });
    const options = { mode: 'test', name: '', scopes: SCOPES, expiresAt: undefined } as const;
    const { apiKey, key } = await keys.create(user, options, TESTER);
    return { id: apiKey.id, userId: apiKey.userId, key: key.reveal() };
  }

  async revoke(service: RunningService, { userId, id }: TestKey): Promise<void> {
    await service.app.get(KeysService, { strict: false }).revoke(userId, id, TESTER);
  }

  /** A request that counts and is recorded: 415, as text is no image. */
  async ask(service: RunningService, { key }: Pick<TestKey, 'key'>): Promise<Answer> {
    const began = performance.now();
    const response = await fetch(`${service.url}/v1/text/detect`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'text/plain' },
      body: 'x',
    });
    const { code } = (await response.json()) as { code?: string };
    return {
      status: response.status,
      code,
      rateLimit: response.headers.get('ratelimit'),
      retryAfter: response.headers.get('retry-after'),
      milliseconds: performance.now() - began,
    };
  }

  /** So many requests, one after the other. @returns their statuses */
  async askTimes(service: RunningService, key: TestKey, times: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1) {
      statuses.push((await this.ask(service, key)).status);
    }
    return statuses;
  }

  /** What PostgreSQL has recorded of a key: rows, and what the hours add up to. */
  async recorded({ userId, id }: TestKey): Promise<{ rows: number; sum: number }> {
    return this.withSql(async (sql) => {
      const { rows } = await sql.query<{ rows: number; sum: number }>(
        `SELECT (SELECT count(*)::int FROM usage_records WHERE user_id = $1 AND key_id = $2) AS rows,
          (SELECT coalesce(sum(requests), 0)::int FROM usage_hours WHERE user_id = $1 AND key_id = $2) AS sum`,
        [userId, id],
      );
      return rows[0] ?? { rows: 0, sum: 0 };
    });
  }

  /** What Redis has counted of a key today. */
  async countedInRedis(id: ApiKeyId): Promise<number> {
    return this.withRedis(async (redis) => Number(await redis.hget(`quota:{${id}}`, 'used')));
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

  async withRedis<Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = new Redis(this.redis.url);
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Redis dies and comes back without anything it knew. */
  async emptyRedis(): Promise<void> {
    await this.withRedis((redis) => redis.flushall());
    await this.redis.kill();
    await this.redis.start();
  }

  /** Stops every session of PostgreSQL in its tracks, and lets nobody else in. */
  async pausePostgres(): Promise<() => void> {
    const pids = await this.withSql(async (sql) => {
      const { rows } = await sql.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      return rows.map(({ pid }) => pid);
    });
    const send = (signal: NodeJS.Signals): void => {
      for (const pid of pids) process.kill(pid, signal);
    };
    this.postgres.pause();
    send('SIGSTOP');
    return () => {
      send('SIGCONT');
      this.postgres.resume();
    };
  }

  /** How often a line with this text was logged. */
  logged(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** Ends what runs, and then what it runs on. */
  async stop(): Promise<void> {
    for (const running of this.running.splice(0)) await running.close();
    await Promise.all([this.redis.stop(), this.postgres.stop()]);
  }

  refillBucket(): Promise<number> {
    return this.withRedis((redis) => redis.del(bucketKey('nomosly')));
  }
}

/** Looks again and again until it is so. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
