import type { AuditDatabase } from '../database.js';

/** What waits to be chained. */
export interface OutboxState {
  readonly waiting: number;
  /** How long the oldest has waited. 0 if nothing waits. */
  readonly oldestSeconds: number;
}

/** Counts what waits in the outbox: for a gauge. */
export async function measureOutbox(database: AuditDatabase): Promise<OutboxState> {
  const [row] = await database.asSystem(
    'audit: measure the outbox',
    async (tx) => tx.$queryRaw<{ waiting: string; oldest: string }[]>`
      SELECT count(*)::text AS waiting,
        coalesce(greatest(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0), 0)::text AS oldest
      FROM audit_outbox`,
  );
  return { waiting: Number(row?.waiting ?? 0), oldestSeconds: Number(row?.oldest ?? 0) };
}

/**
 * The tenants whose events have waited for longer. Steps from tenant to tenant through the index,
 * so that one with a million events costs as much as one with a single event.
 */
export async function waitingTenants(
  database: AuditDatabase,
  longerThanMs: number,
): Promise<string[]> {
  const rows = await database.asSystem(
    'audit: find waiting events',
    async (tx) => tx.$queryRaw<{ tenant_id: string }[]>`
      WITH RECURSIVE waiting (tenant_id, recorded_at) AS (
        (SELECT tenant_id, recorded_at FROM audit_outbox ORDER BY tenant_id, position LIMIT 1)
        UNION ALL
        SELECT following.tenant_id, following.recorded_at FROM waiting
        CROSS JOIN LATERAL (
          SELECT outbox.tenant_id, outbox.recorded_at FROM audit_outbox outbox
          WHERE outbox.tenant_id > waiting.tenant_id
          ORDER BY outbox.tenant_id, outbox.position LIMIT 1
        ) following
      )
      SELECT tenant_id::text FROM waiting
      WHERE recorded_at <= clock_timestamp() - ${longerThanMs}::float8 * interval '1 millisecond'`,
  );
  return rows.map(({ tenant_id }) => tenant_id);
}
