import { Injectable } from '@nestjs/common';
import { WorkerDatabase } from '../database/doors.js';
import { type UsageEvent } from './usage-event.js';

/** Writes usage into PostgreSQL, for all customers at once. */
@Injectable()
export class UsageWriter {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * Writes a batch, adds it up and moves the keys' last use on, in one transaction. An event
   * that is there already is passed over, so a batch may be written again after a crash.
   */
  async record(events: readonly UsageEvent[]): Promise<void> {
    const column = <Value>(read: (event: UsageEvent) => Value): Value[] => events.map(read);
    const userIds = column((event) => event.userId);
    const keyIds = column((event) => event.keyId);
    const times = column((event) => new Date(event.occurredAt));
    await this.database.asSystem('write a batch of usage', async (tx) => {
      // No conflict target: naming one takes the right to read the table.
      await tx.$executeRaw`
        INSERT INTO usage_records (user_id, event_id, key_id, operation, status, occurred_at)
        SELECT * FROM unnest(
          ${userIds}::uuid[],
          ${column((event) => event.eventId)}::uuid[],
          ${keyIds}::text[],
          ${column((event) => event.operation)}::text[],
          ${column((event) => event.status)}::smallint[],
          ${times}::timestamptz[]
        )
        ON CONFLICT DO NOTHING`;
      // Ordered by key, so that two workers never wait for each other in a circle.
      await tx.$executeRaw`
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
        WHERE api_keys.user_id = locked.user_id AND api_keys.id = locked.id`;
    });
  }
}
