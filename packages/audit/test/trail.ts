import type { TestDatabase } from '@nomo/local/testing';

import { audit, context } from './catalogue.js';
import { withPg } from './database.js';
import { type RawClient, tenantsOf } from './prisma.js';

/** Records `count` events in one transaction, named `n<number>`. */
export async function recordThings(
  api: RawClient,
  tenantId: string,
  count: number,
  from = 0,
): Promise<void> {
  const record: Parameters<ReturnType<typeof tenantsOf>['withTenant']>[1] = async (tx) => {
    for (let number = from; number < from + count; number += 1) {
      await audit.recordAudit(tx, {
        ...context(tenantId),
        action: 'thing.created',
        details: { name: `n${number}` },
      });
    }
  };
  // Thousands of events in one transaction are a test's need; a busy machine takes its time.
  await tenantsOf(api).withTenant(tenantId, record, { timeoutMs: 60_000 });
}

/** The chain of a tenant: sequence number and name of each event, in order. */
export async function namesInChain(
  database: TestDatabase,
  tenantId: string,
): Promise<string[]> {
  const { rows } = await withPg(database.url, (client) =>
    client.query<{ line: string }>(
      `SELECT seq || ' ' || coalesce(details->>'name', action) AS line FROM audit_events
       WHERE tenant_id = $1 ORDER BY audit_events.seq`,
      [tenantId],
    ),
  );
  return rows.map(({ line }) => line);
}
