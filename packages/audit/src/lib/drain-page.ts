import { chainHash } from '@nomo/security-core/hash-chain';
import { sha256Digest } from '@nomo/security-core/token';
import { v7 as uuidv7 } from 'uuid';

import type { AuditSql } from '../database.js';
import { type ChainedEvent, eventOf, insertEvents, readEventsById } from './event-rows.js';
import { bodyText, chainEntry, type EventBody, readBody } from './stored-event.js';

/** Why an outbox row was put aside. */
export type QuarantineReason = 'not_an_event' | 'event_id_taken';

/** What came of one page. */
export interface DrainedPage {
  /** Rows taken from the outbox. */
  readonly read: number;
  readonly chained: number;
  readonly quarantined: number;
  /** Rows whose event was in the chain already. */
  readonly repeated: number;
  /** The position of the last row, which is gone now: the next page begins there. */
  readonly last: string;
}

/** Nobody gives a row a place by hand; whoever does, does not hide it so. */
export const lowestPosition = '-9223372036854775808';

interface OutboxRow {
  readonly position: string;
  readonly event_id: string;
  readonly body: string;
}

/**
 * Moves up to `limit` rows of a tenant's outbox into its chain, in the caller's transaction.
 * Whoever else does so for this tenant waits until that ends.
 *
 * @param from - Only rows at this position or a higher one. `lowestPosition` for all.
 */
export async function drainPage(
  tx: AuditSql,
  { tenantId, from, limit }: { tenantId: string; from: string; limit: number },
): Promise<DrainedPage> {
  const head = await lockHead(tx, tenantId);
  if (head === undefined) {
    return { read: 0, chained: 0, quarantined: 0, repeated: 0, last: from };
  }
  const rows = await tx.$queryRaw<OutboxRow[]>`
    SELECT position::text, event_id::text, body FROM audit_outbox
    WHERE tenant_id = ${tenantId}::uuid AND position >= ${from}::bigint
    ORDER BY audit_outbox.position LIMIT ${limit}`;
  const last = rows.at(-1)?.position;
  if (last === undefined) {
    return { read: 0, chained: 0, quarantined: 0, repeated: 0, last: from };
  }
  const { fresh, repeated, refused } = await sort(tx, tenantId, rows);

  const events: ChainedEvent[] = [];
  let { seq, hash } = head;
  for (const { eventId, body } of fresh) {
    seq += 1;
    hash = chainHash(hash, chainEntry({ tenantId, seq, eventId }, body));
    events.push({ seq, eventId, body, hash });
  }
  if (events.length > 0) {
    await insertEvents(tx, tenantId, events);
    await tx.$executeRaw`
      UPDATE audit_heads SET seq = ${String(seq)}::bigint,
        hash = decode(${Buffer.from(hash).toString('hex')}, 'hex')
      WHERE tenant_id = ${tenantId}::uuid`;
  }
  await quarantine(tx, tenantId, refused);
  const deleted = await tx.$executeRaw`
    DELETE FROM audit_outbox
    WHERE tenant_id = ${tenantId}::uuid
      AND position = ANY(${rows.map(({ position }) => position)}::bigint[])`;
  if (deleted !== rows.length) {
    // Somebody took rows without the lock: what was read may be chained twice.
    throw new Error('The audit outbox changed while its tenant was locked');
  }
  return {
    read: rows.length,
    chained: events.length - refused.length,
    quarantined: refused.length,
    repeated,
    last,
  };
}

/**
 * The head, locked. `undefined` where a tenant has neither a chain nor anything to chain: a call
 * may be older than the database, or name a tenant that never was, and makes no head of that.
 */
async function lockHead(
  tx: AuditSql,
  tenantId: string,
): Promise<{ seq: number; hash: Uint8Array } | undefined> {
  for (;;) {
    const [head] = await tx.$queryRaw<{ seq: string; hash: string }[]>`
      SELECT seq::text, encode(hash, 'hex') AS hash FROM audit_heads
      WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`;
    if (head !== undefined) {
      return { seq: Number(head.seq), hash: Buffer.from(head.hash, 'hex') };
    }
    const [waiting] = await tx.$queryRaw<unknown[]>`
      SELECT 1 AS one FROM audit_outbox WHERE tenant_id = ${tenantId}::uuid LIMIT 1`;
    if (waiting === undefined) return undefined;
    await tx.$executeRaw`
      INSERT INTO audit_heads (tenant_id, seq, hash)
      VALUES (${tenantId}::uuid, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING`;
  }
}

interface FreshEvent {
  readonly eventId: string;
  readonly body: EventBody;
}

interface RefusedRow extends OutboxRow {
  readonly reason: QuarantineReason;
}

/** Tells rows to chain from rows that are chained already and rows that can never be. */
async function sort(
  tx: AuditSql,
  tenantId: string,
  rows: readonly OutboxRow[],
): Promise<{ fresh: FreshEvent[]; repeated: number; refused: RefusedRow[] }> {
  const taken = await readEventsById(
    tx,
    tenantId,
    rows.map(({ event_id }) => event_id),
  );
  const bodies = new Map(taken.map((row) => [row.event_id, bodyText(eventOf(row).body)]));
  const fresh: FreshEvent[] = [];
  let repeated = 0;
  const refused: RefusedRow[] = [];
  for (const row of rows) {
    const body = readBody(row.body);
    const refuse = (reason: QuarantineReason): void => {
      refused.push({ ...row, reason });
      fresh.push({ eventId: uuidv7(), body: notice(row, reason) });
    };
    if (body === undefined) {
      refuse('not_an_event');
    } else if (bodies.get(row.event_id) === row.body) {
      repeated += 1;
    } else if (bodies.has(row.event_id)) {
      refuse('event_id_taken');
    } else {
      bodies.set(row.event_id, row.body);
      fresh.push({ eventId: row.event_id, body });
    }
  }
  return { fresh, repeated, refused };
}

/** What the chain says in place of a row that was put aside. */
function notice({ event_id, body }: OutboxRow, reason: QuarantineReason): EventBody {
  return {
    occurredAt: new Date().toISOString(),
    action: 'audit.event_quarantined',
    actor: { type: 'service', id: 'audit' },
    target: { type: 'audit_event', id: event_id },
    details: { reason, sha256: Buffer.from(sha256Digest(body)).toString('hex') },
  };
}

async function quarantine(
  tx: AuditSql,
  tenantId: string,
  rows: readonly RefusedRow[],
): Promise<void> {
  if (rows.length > 0) {
    await tx.$executeRaw`
      INSERT INTO audit_quarantine (tenant_id, position, event_id, body, recorded_at, reason)
      SELECT outbox.tenant_id, outbox.position, event_id, body, recorded_at, page.reason
      FROM audit_outbox outbox
      JOIN unnest(
        ${rows.map(({ position }) => position)}::bigint[],
        ${rows.map(({ reason }) => reason)}::text[]
      ) AS page (position, reason) ON page.position = outbox.position
      WHERE outbox.tenant_id = ${tenantId}::uuid`;
  }
}
