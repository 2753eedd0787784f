import {
  createTestDatabase,
  migrateWithPrisma,
  roleUrl,
  startRedis,
} from '@nomo/local/testing';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DATABASE_ROLES } from '../../src/database/tenancy-rules.js';

const app = path.resolve(import.meta.dirname, '../..');

/** A database of one's own, migrated, and a Redis of one's own, empty. */
export interface Stores {
  /** As the superuser, whom no policy binds. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** What a process of the service needs to use them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startStores(): Promise<Stores> {
  const [database, redis] = await Promise.all([
    createTestDatabase({
      name: 'identity',
      migrationsDir: path.join(app, 'prisma/migrations'),
      migrate: migrateWithPrisma(app),
    }),
    startRedis(),
  ]);
  const key = (): string => randomBytes(32).toString('base64url');
  return {
    databaseUrl: database.url,
    redisUrl: redis.url,
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
