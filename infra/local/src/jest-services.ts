import { openLayout } from './layout.ts';
import { findRedis } from './redis/binary.ts';
import { type OpenServices, openPostgres } from './services.ts';
import { readSettings } from './settings.ts';
import { removeLeftovers } from './testing/database.ts';

declare global {
  // What the tear-down gives back: Jest runs it in the same process.
  var nomoServices: Pick<OpenServices, 'close'> | undefined;
}

/**
 * Jest's global set-up for packages that test against PostgreSQL: makes sure that it runs
 * and leaves its address to the workers. `@nomo/local/jest-services-teardown` belongs to it.
 */
export default async function setUp(): Promise<void> {
  const layout = openLayout();
  const services = await openPostgres({ layout, settings: readSettings(), purpose: 'jest' });
  globalThis.nomoServices = services;
  process.env['DATABASE_ADMIN_URL'] = services.databaseAdminUrl;
  await removeLeftovers(services.databaseAdminUrl);
  // Fetching it may take longer than a test may; a test that needs none must not fail for it.
  await findRedis(layout).catch(() => undefined);
}
