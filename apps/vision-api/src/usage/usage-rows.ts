import { type Transaction } from '../database/doors.js';
import { type UsageEvent } from './usage-event.js';

/**
 * Adds events to the table, which adds them up by the hour, and moves the keys' last use on:
 * all in the caller's transaction. An event that is there already is passed over, so a batch
 * may be written again after a crash.
 */
export async function writeUsage(
  tx: Transaction,
  events: readonly UsageEvent[],
): Promise<void> {
  const column = <Value>(read: (event: UsageEvent) => Value): Value[] => events.map(read);
  await tx.$executeRaw`
    INSERT INTO usage_records (user_id, event_id, key_id, operation, status, occurred_at)
    SELECT * FROM unnest(
      ${column((event) => event.userId)}::uuid[],
      ${column((event) => event.eventId)}::uuid[],
      ${column((event) => event.keyId)}::text[],
      ${column((event) => event.operation)}::text[],
      ${column((event) => event.status)}::smallint[],
      ${column((event) => new Date(event.occurredAt))}::timestamptz[]
    )
    ON CONFLICT DO NOTHING`;
  const lastUses = latestByKey(events);
  // Ordered by key, so that two writers never wait for each other in a circle. A weaker lock
  // than FOR UPDATE, which would wait for whoever counts against the key's quota.
  await tx.$executeRaw`
    WITH latest AS (
      SELECT * FROM unnest(
        ${lastUses.map(({ userId }) => userId)}::uuid[],
        ${lastUses.map(({ keyId }) => keyId)}::text[],
        ${lastUses.map(({ occurredAt }) => new Date(occurredAt))}::timestamptz[]
      ) AS event (user_id, key_id, at)
    ), locked AS (
      SELECT api_keys.user_id, api_keys.id, latest.at
      FROM api_keys JOIN latest
        ON api_keys.user_id = latest.user_id AND api_keys.id = latest.key_id
      WHERE api_keys.last_used_at IS NULL OR api_keys.last_used_at < latest.at
      ORDER BY api_keys.user_id, api_keys.id
      FOR NO KEY UPDATE OF api_keys
    )
    UPDATE api_keys SET last_used_at = locked.at
    FROM locked
    WHERE api_keys.user_id = locked.user_id AND api_keys.id = locked.id`;
}

function latestByKey(events: readonly UsageEvent[]): UsageEvent[] {
  const latest = new Map<string, UsageEvent>();
  for (const event of events) {
    const name = `${event.userId} ${event.keyId}`;
    const known = latest.get(name);
    if (known === undefined || known.occurredAt < event.occurredAt) latest.set(name, event);
  }
  return [...latest.values()];
}
