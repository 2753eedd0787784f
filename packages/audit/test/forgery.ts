import { chainHash, chainStart, type JsonValue } from '@nomo/security-core/hash-chain';
import type { Client } from 'pg';

/**
 * What a thorough forger does: computes all hashes of a chain anew, and sets the head to it. Says
 * for itself what is hashed, so that it also shows whether that has changed.
 */
export async function rechain(client: Client, tenantId: string): Promise<void> {
  const { rows } = await client.query<{
    seq: string;
    event_id: string;
    occurred_at: Date;
    action: string;
    actor_type: string;
    actor_id: string;
    target_type: string;
    target_id: string;
    details: JsonValue;
  }>('SELECT * FROM audit_events WHERE tenant_id = $1 ORDER BY seq', [tenantId]);
  let hash = chainStart();
  for (const row of rows) {
    hash = chainHash(hash, {
      tenantId,
      seq: Number(row.seq),
      eventId: row.event_id,
      occurredAt: row.occurred_at.toISOString(),
      action: row.action,
      actor: { type: row.actor_type, id: row.actor_id },
      target: { type: row.target_type, id: row.target_id },
      details: row.details,
    });
    await client.query('UPDATE audit_events SET hash = $3 WHERE tenant_id = $1 AND seq = $2', [
      tenantId,
      row.seq,
      hash,
    ]);
  }
  await client.query('UPDATE audit_heads SET seq = $2, hash = $3 WHERE tenant_id = $1', [
    tenantId,
    rows.length,
    hash,
  ]);
}

/** Moves rows out of the way and back, so that no two have one number in between. */
export async function renumber(
  client: Client,
  tenantId: string,
  places: ReadonlyMap<number, number>,
): Promise<void> {
  const away = 1_000_000;
  for (const from of places.keys()) {
    await client.query(
      'UPDATE audit_events SET seq = seq + $3 WHERE tenant_id = $1 AND seq = $2',
      [tenantId, from, away],
    );
  }
  for (const [from, to] of places) {
    await client.query('UPDATE audit_events SET seq = $3 WHERE tenant_id = $1 AND seq = $2', [
      tenantId,
      from + away,
      to,
    ]);
  }
}
