import {
  createTestDatabase,
  migrateWithPrisma,
  roleUrl,
  startRedis,
} from '@nomo/local/testing';
import path from 'node:path';
import { databaseRoleOf, ROLES, urlVariableOf, type Role } from '../../src/roles.js';

const app = path.resolve(import.meta.dirname, '../..');

/** A database of one's own, migrated, and a Redis of one's own, empty. */
export interface Stores {
  /** Signs in as the owner, whom nothing binds. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** What a process of the service is told of both: how each role signs in, and Redis. */
  readonly environment: Readonly<Record<string, string>>;
  /** How each role signs in to the database. */
  readonly urls: ReadonlyMap<Role, string>;
  stop(): Promise<void>;
}

export async function startStores(): Promise<Stores> {
  const [database, redis] = await Promise.all([
    createTestDatabase({
      name: 'vision',
      migrationsDir: path.join(app, 'prisma/migrations'),
      migrate: migrateWithPrisma(app),
    }),
    startRedis(),
  ]);
  const urls = new Map<Role, string>();
  for (const role of ROLES) {
    urls.set(role, await roleUrl(database.url, databaseRoleOf(role)));
  }
  return {
    databaseUrl: database.url,
    redisUrl: redis.url,
    environment: {
      REDIS_URL: redis.url,
      ...Object.fromEntries([...urls].map(([role, url]) => [urlVariableOf(role), url])),
    },
    urls,
    async stop() {
      await Promise.all([database.drop(), redis.stop()]);
    },
  };
}
