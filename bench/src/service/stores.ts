import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client, escapeIdentifier } from 'pg';
import { BenchmarkError } from '../frame/benchmark.ts';

/** A database or a Redis of this run alone, removed when the run ends. */
export interface Store extends AsyncDisposable {
  readonly url: string;
}

/** Creates an empty database on the server that `DATABASE_ADMIN_URL` names. */
export async function createDatabase(): Promise<Store> {
  const name = `nomo_bench_${randomBytes(6).toString('hex')}`;
  const admin = required('DATABASE_ADMIN_URL');
  const identifier = escapeIdentifier(name);
  await query(admin, `CREATE DATABASE ${identifier}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await query(admin, `DROP DATABASE ${identifier} WITH (FORCE)`);
    },
  };
}

/**
 * Takes one of the numbered databases of the Redis that `REDIS_URL` names, an empty one:
 * what a benchmark counts must not fill the limits of a service that runs beside it, and
 * what it leaves behind can be cleared without a look at anybody’s data.
 */
export async function claimRedis(): Promise<Store> {
  for (let number = 15; number > 0; number--) {
    const url = new URL(required('REDIS_URL'));
    url.pathname = `/${number}`;
    const redis = new Redis(url.href);
    // Whoever sets it first has the database, and whoever finds anything else in it has not.
    const mine = (await redis.set('nomo-bench', process.pid, 'NX')) === 'OK';
    if (!mine || (await redis.dbsize()) > 1) {
      if (mine) await redis.del('nomo-bench');
      await redis.quit();
      continue;
    }
    return {
      url: url.href,
      async [Symbol.asyncDispose]() {
        await redis.flushdb();
        await redis.quit();
      },
    };
  }
  throw new BenchmarkError('REDIS_URL names a Redis without an empty database (1 to 15).');
}

/** What answers at both addresses, and how durable its settings are. */
export async function describeStores(): Promise<Record<'PostgreSQL' | 'Redis', string>> {
  const [settings] = await query(
    required('DATABASE_ADMIN_URL'),
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit`,
  );
  const redis = new Redis(required('REDIS_URL'));
  const version =
    /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'of unknown version';
  const aof = /aof_enabled:1/.test(await redis.info('persistence'));
  await redis.quit();
  const { version: postgres, fsync, commit } = settings ?? {};
  return {
    PostgreSQL: `${String(postgres)} (fsync ${String(fsync)}, synchronous_commit ${String(commit)})`,
    Redis: `${version} (append-only file ${aof ? 'on' : 'off'})`,
  };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function required(variable: 'DATABASE_ADMIN_URL' | 'REDIS_URL'): string {
  const value = process.env[variable];
  if (value === undefined || value === '')
    throw new BenchmarkError(`${variable} is not set: run "npm run bench", which sees to it.`);
  return value;
}
