import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { isScope, type Scope } from '../keys/scopes.js';
import { type UsageEvent } from './usage-event.js';

/** How often one operation was answered with one kind of status on one day. */
export interface DailyUsage {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly operation: Scope;
  readonly requests: number;
  /** Those of them that were answered with a status of 400 or more. */
  readonly errors: number;
}

@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Writes a batch and moves the keys' last use on, in one transaction. An event that is
   * there already is passed over, so a batch may be written again after a crash.
   */
  async record(events: readonly UsageEvent[]): Promise<void> {
    const column = <Value>(read: (event: UsageEvent) => Value): Value[] => events.map(read);
    const userIds = column((event) => event.userId);
    const keyIds = column((event) => event.keyId);
    const times = column((event) => new Date(event.occurredAt));
    await this.database.$transaction([
      this.database.$executeRaw`
        INSERT INTO usage_records (user_id, event_id, key_id, operation, status, occurred_at)
        SELECT * FROM unnest(
          ${userIds}::uuid[],
          ${column((event) => event.eventId)}::uuid[],
          ${keyIds}::text[],
          ${column((event) => event.operation)}::text[],
          ${column((event) => event.status)}::smallint[],
          ${times}::timestamptz[]
        )
        ON CONFLICT (user_id, event_id) DO NOTHING`,
      // Ordered by key, so that two workers never wait for each other in a circle.
      this.database.$executeRaw`
        WITH latest AS (
          SELECT user_id, key_id, max(occurred_at) AS at
          FROM unnest(${userIds}::uuid[], ${keyIds}::text[], ${times}::timestamptz[])
            AS event (user_id, key_id, occurred_at)
          GROUP BY user_id, key_id
        ), locked AS (
          SELECT api_keys.user_id, api_keys.id, latest.at
          FROM api_keys JOIN latest
            ON api_keys.user_id = latest.user_id AND api_keys.id = latest.key_id
          WHERE api_keys.last_used_at IS NULL OR api_keys.last_used_at < latest.at
          ORDER BY api_keys.user_id, api_keys.id
          FOR UPDATE OF api_keys
        )
        UPDATE api_keys SET last_used_at = locked.at
        FROM locked
        WHERE api_keys.user_id = locked.user_id AND api_keys.id = locked.id`,
    ]);
  }

  /** The use of one key from one day to another, both included, both UTC. */
  async byDay(userId: string, keyId: string, from: string, to: string): Promise<DailyUsage[]> {
    const rows = await this.database.$queryRaw<
      { date: string; operation: string; requests: number; errors: number }[]
    >`
      SELECT
        to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date,
        operation,
        count(*)::int AS requests,
        (count(*) FILTER (WHERE status >= 400))::int AS errors
      FROM usage_records
      WHERE user_id = ${userId}::uuid
        AND key_id = ${keyId}
        AND occurred_at >= (${from}::date)::timestamp AT TIME ZONE 'UTC'
        AND occurred_at < (${to}::date + 1)::timestamp AT TIME ZONE 'UTC'
      GROUP BY 1, 2
      ORDER BY 1, 2`;
    return rows.flatMap(({ operation, ...counts }) =>
      isScope(operation) ? [{ ...counts, operation }] : [],
    );
  }
}
