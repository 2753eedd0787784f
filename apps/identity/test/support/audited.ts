import type pg from 'pg';

/** The audit actions about a target, in their order. */
export async function auditedActions(database: pg.Client, target: unknown): Promise<string[]> {
  const { rows } = await database.query<{ action: string }>(
    `SELECT body::jsonb->>'action' AS action FROM audit_outbox
     WHERE body::jsonb->'target'->>'id' = $1 ORDER BY position`,
    [target],
  );
  return rows.map(({ action }) => action);
}
