import { createTestDatabase, migrateWithPrisma, startRedis } from '@nomo/local/testing';
import path from 'node:path';

const app = path.resolve(import.meta.dirname, '../..');

/** A database of one's own, migrated, and a Redis of one's own, empty. */
export interface Stores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
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
  return {
    databaseUrl: database.url,
    redisUrl: redis.url,
    async stop() {
      await Promise.all([database.drop(), redis.stop()]);
    },
  };
}
