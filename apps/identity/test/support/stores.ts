import {
  createTestDatabase,
  migrateWithPrisma,
  type PrivatePostgres,
  type PrivateRedis,
  roleUrl,
  startRedis,
} from '@nomo/local/testing';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { DATABASE_ROLES } from '../../src/database/tenancy-rules.js';

const app = path.resolve(import.meta.dirname, '../..');

/** A database of one's own, migrated, and a Redis of one's own, empty. */
export interface Stores {
  /** As the superuser, whom no policy binds. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** To treat badly. */
  readonly redis: PrivateRedis;
  /** What a process of the service needs to use them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param postgres a server of one's own, for a test that treats it badly */
export async function startStores(postgres?: PrivatePostgres): Promise<Stores> {
  const [database, redis] = await Promise.all([
    postgres === undefined ? copyOfTemplate() : databaseOn(postgres),
    startRedis(),
  ]);
  const key = (): string => randomBytes(32).toString('base64url');
  return {
    databaseUrl: database.url,
    redisUrl: redis.url,
    redis,
    environment: {
      DATABASE_URL_API: await roleUrl(database.url, DATABASE_ROLES.api),
      DATABASE_URL_WORKER: await roleUrl(database.url, DATABASE_ROLES.worker),
      REDIS_URL: redis.url,
      SECRET_BOX_KEYS: `test:${key()}`,
      CODE_DIGEST_KEY: key(),
      PRIVATE_NETWORK_CALLS: 'allow',
      PASSWORD_HASHES_AT_ONCE: '2',
    },
    async stop() {
      await Promise.all([database.drop(), redis.stop()]);
    },
  };
}

function copyOfTemplate(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createTestDatabase({
    name: 'identity',
    migrationsDir: path.join(app, 'prisma/migrations'),
    migrate: migrateWithPrisma(app),
  });
}

/** What was committed there is there after a crash. It goes away with its server. */
async function databaseOn(
  postgres: PrivatePostgres,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const url = new URL(postgres.adminUrl);
  url.pathname = '/identity';
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE identity');
  await admin.end();
  await migrateWithPrisma(app)(url.href);
  return { url: url.href, drop: () => postgres.stop() };
}
