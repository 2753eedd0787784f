/** What tests of other packages use: databases of their own, and servers to treat badly. */
export { dieWithUs, type GuardOptions } from './guard.ts';
export { COMPILED } from './testing/compiled.ts';
export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
} from './testing/database.ts';
export { findFreePort } from './testing/free-port.ts';
export {
  type PrivatePostgres,
  type PrivatePostgresOptions,
  startPostgres,
} from './testing/private-postgres.ts';
export {
  type PrivateRedis,
  type PrivateRedisOptions,
  startRedis,
} from './testing/private-redis.ts';
export { migrateWithPrisma } from './testing/prisma.ts';
export { roleUrl } from './testing/role-url.ts';
