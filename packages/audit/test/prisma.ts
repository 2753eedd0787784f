import { SystemDatabase, TenantDatabase } from '@nomo/tenancy';

import { openPrisma, type RawClient } from './prisma-client.mjs';

export { openPrisma, type RawClient };

export function tenantsOf(client: RawClient): TenantDatabase<RawClient> {
  return new TenantDatabase(client);
}

export function systemOf(client: RawClient): SystemDatabase<RawClient> {
  return new SystemDatabase(client);
}
