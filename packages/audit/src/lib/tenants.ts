import type { CheckpointLog } from '../checkpoints/log.js';
import type { Read } from './diagnosis.js';

const pageSize = 1_000;

/** Before every tenant. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Every tenant that has a head, rows without a head, or a checkpoint without either. */
export async function* tenantsWithChains(
  read: Read,
  log?: CheckpointLog,
): AsyncGenerator<string> {
  const unseen = new Set(log?.statements.keys());
  // A tenant may be the nil UUID: the first page includes it.
  let after: string | undefined;
  for (;;) {
    const page = await read(
      async (tx) => tx.$queryRaw<{ tenant_id: string }[]>`
        SELECT tenant_id::text FROM audit_heads
        WHERE tenant_id > ${after ?? nobody}::uuid
          OR (${after === undefined} AND tenant_id = ${nobody}::uuid)
        ORDER BY audit_heads.tenant_id LIMIT ${pageSize}`,
    );
    for (const { tenant_id } of page) {
      unseen.delete(tenant_id);
      yield tenant_id;
    }
    after = page.at(-1)?.tenant_id;
    if (page.length < pageSize) break;
  }
  for (const tenantId of await tenantsWithoutHead(read)) {
    unseen.delete(tenantId);
    yield tenantId;
  }
  yield* unseen;
}

/** Steps from tenant to tenant through the index, however many rows each has. */
async function tenantsWithoutHead(read: Read): Promise<string[]> {
  const rows = await read(
    async (tx) => tx.$queryRaw<{ tenant_id: string }[]>`
      WITH RECURSIVE tenants (tenant_id) AS (
        (SELECT tenant_id FROM audit_events ORDER BY tenant_id, seq LIMIT 1)
        UNION ALL
        SELECT (
          SELECT events.tenant_id FROM audit_events events
          WHERE events.tenant_id > tenants.tenant_id ORDER BY events.tenant_id, events.seq LIMIT 1
        )
        FROM tenants WHERE tenants.tenant_id IS NOT NULL
      )
      SELECT tenant_id::text FROM tenants
      WHERE tenant_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM audit_heads WHERE audit_heads.tenant_id = tenants.tenant_id)`,
  );
  return rows.map(({ tenant_id }) => tenant_id);
}

/** How many events the heads speak of. */
export async function countEvents(read: Read, tenant?: string): Promise<number> {
  const [row] = await read(async (tx) =>
    tenant === undefined
      ? tx.$queryRaw<{ count: string }[]>`
          SELECT coalesce(sum(seq), 0)::text AS count FROM audit_heads`
      : tx.$queryRaw<{ count: string }[]>`
          SELECT coalesce(sum(seq), 0)::text AS count FROM audit_heads
          WHERE tenant_id = ${tenant}::uuid`,
  );
  return Number(row?.count ?? 0);
}
