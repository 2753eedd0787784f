import { parseJson } from '@nomo/security-core/hash-chain';
import type { AuditSql } from '../database.js';
import type { EventBody } from './stored-event.js';

/** A chained event. */
export interface ChainedEvent {
  readonly seq: number;
  readonly eventId: string;
  readonly body: EventBody;
  readonly hash: Uint8Array;
}

/**
 * A row of `audit_events` as it is read: all text, so that it reads the same through any driver,
 * and nothing that somebody has put there makes the driver fail.
 */
export interface EventRow {
  readonly seq: string;
  readonly event_id: string;
  /** `null` for a time that no event can have, of which `to_char` would leave a part out. */
  readonly occurred_at: string | null;
  readonly action: string;
  readonly actor_type: string;
  readonly actor_id: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly details: string | null;
  readonly request_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly hash: string | null;
}

/** The event of a row. Not validated: its hash tells whether it is what was written. */
export function eventOf(row: EventRow): ChainedEvent {
  const body = {
    occurredAt: row.occurred_at,
    action: row.action,
    actor: { type: row.actor_type, id: row.actor_id },
    target: { type: row.target_type, id: row.target_id },
    details: parseJson(row.details ?? 'null'),
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.ip !== null && { ip: row.ip }),
    ...(row.user_agent !== null && { userAgent: row.user_agent }),
  };
  return {
    seq: Number(row.seq),
    eventId: row.event_id,
    body: body as EventBody,
    hash: Buffer.from(row.hash ?? '', 'hex'),
  };
}

/** Appends events to a tenant's chain, in one statement. */
export async function insertEvents(
  tx: AuditSql,
  tenantId: string,
  events: readonly ChainedEvent[],
): Promise<void> {
  const column = (value: (event: ChainedEvent) => string): string[] => events.map(value);
  await tx.$executeRaw`
    INSERT INTO audit_events (
      tenant_id, seq, event_id, occurred_at, action, actor_type, actor_id, target_type, target_id,
      details, request_id, ip, user_agent, hash
    )
    SELECT ${tenantId}::uuid, seq, event_id, occurred_at, action, actor_type, actor_id, target_type,
      target_id, details::jsonb, nullif(request_id, ''), nullif(ip, ''), nullif(user_agent, ''),
      decode(hash, 'hex')
    FROM unnest(
      ${column(({ seq }) => String(seq))}::bigint[],
      ${column(({ eventId }) => eventId)}::uuid[],
      ${column(({ body }) => body.occurredAt)}::timestamptz[],
      ${column(({ body }) => body.action)}::text[],
      ${column(({ body }) => body.actor.type)}::text[],
      ${column(({ body }) => body.actor.id)}::text[],
      ${column(({ body }) => body.target.type)}::text[],
      ${column(({ body }) => body.target.id)}::text[],
      ${column(({ body }) => JSON.stringify(body.details))}::text[],
      ${column(({ body }) => body.requestId ?? '')}::text[],
      ${column(({ body }) => body.ip ?? '')}::text[],
      ${column(({ body }) => body.userAgent ?? '')}::text[],
      ${column(({ hash }) => Buffer.from(hash).toString('hex'))}::text[]
    ) AS page (
      seq, event_id, occurred_at, action, actor_type, actor_id, target_type, target_id, details,
      request_id, ip, user_agent, hash
    )`;
}

/** The events of a tenant after `after`, up to `upTo`, in their order. */
export async function readEvents(
  tx: AuditSql,
  { tenantId, after, upTo, limit }: EventRange,
): Promise<EventRow[]> {
  return tx.$queryRaw<EventRow[]>`
    SELECT seq::text, event_id::text,
      CASE WHEN occurred_at >= 'epoch' AND occurred_at = date_trunc('milliseconds', occurred_at)
        THEN to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      END AS occurred_at,
      action, actor_type, actor_id, target_type, target_id, details::text AS details,
      request_id, ip, user_agent, encode(hash, 'hex') AS hash
    FROM audit_events
    WHERE tenant_id = ${tenantId}::uuid
      AND seq >= ${after.seq}::bigint AND seq <= ${upTo}::bigint
      AND (seq, event_id) > (${after.seq}::bigint, ${after.eventId}::uuid)
    ORDER BY audit_events.seq, audit_events.event_id LIMIT ${limit}`;
}

/** Those of the named events that are in the tenant's chain. */
export async function readEventsById(
  tx: AuditSql,
  tenantId: string,
  eventIds: readonly string[],
): Promise<EventRow[]> {
  return tx.$queryRaw<EventRow[]>`
    SELECT seq::text, event_id::text,
      CASE WHEN occurred_at >= 'epoch' AND occurred_at = date_trunc('milliseconds', occurred_at)
        THEN to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      END AS occurred_at,
      action, actor_type, actor_id, target_type, target_id, details::text AS details,
      request_id, ip, user_agent, encode(hash, 'hex') AS hash
    FROM audit_events
    WHERE tenant_id = ${tenantId}::uuid AND event_id = ANY(${eventIds}::uuid[])`;
}

/** Which events to read. */
export interface EventRange {
  readonly tenantId: string;
  /**
   * The last one that is not read. The event id stands beside the number for the case that
   * somebody has removed the keys of the table and given a number twice.
   */
  readonly after: { readonly seq: string; readonly eventId: string };
  /** The last number. */
  readonly upTo: string;
  readonly limit: number;
}

/** Before all events: also those with numbers that none can have. */
export const beforeAll: EventRange['after'] = {
  seq: '-9223372036854775808',
  eventId: '00000000-0000-0000-0000-000000000000',
};

/** The last number that there can be. */
export const noLimit = '9223372036854775807';
