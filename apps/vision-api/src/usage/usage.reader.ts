import { Injectable } from '@nestjs/common';
import { BillingDatabase } from '../database/doors.js';
import { isScope, type Scope } from '../keys/scopes.js';

/** How often one operation was answered with one kind of status on one day. */
export interface DailyUsage {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly operation: Scope;
  readonly requests: number;
  /** Those of them that were answered with a status of 400 or more. */
  readonly errors: number;
}

/** The same of one key among several. */
export interface KeyedDailyUsage extends DailyUsage {
  readonly keyId: string;
}

/** Reads the sums of usage. */
@Injectable()
export class UsageReader {
  constructor(private readonly database: BillingDatabase) {}

  /** The use of one key from one day to another, both included, both UTC. */
  async byDay(userId: string, keyId: string, from: string, to: string): Promise<DailyUsage[]> {
    const rows = await this.database.withTenant(
      userId,
      (tx) => tx.$queryRaw<
        { date: string; operation: string; requests: number; errors: number }[]
      >`
        SELECT
          to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date,
          operation,
          sum(requests)::float8 AS requests,
          sum(errors)::float8 AS errors
        FROM usage_hours
        WHERE user_id = ${userId}::uuid
          AND key_id = ${keyId}
          AND hour >= (${from}::date)::timestamp AT TIME ZONE 'UTC'
          AND hour < (${to}::date + 1)::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1, 2
        ORDER BY 1, 2`,
    );
    return rows.flatMap(({ operation, ...counts }) =>
      isScope(operation) ? [{ ...counts, operation }] : [],
    );
  }

  /** The use of all of a customer's keys, or of one, as {@link byDay}. */
  async byKeyAndDay(
    userId: string,
    from: string,
    to: string,
    keyId: string | undefined,
  ): Promise<KeyedDailyUsage[]> {
    const rows = await this.database.withTenant(
      userId,
      (tx) => tx.$queryRaw<
        { date: string; keyId: string; operation: string; requests: number; errors: number }[]
      >`
        SELECT
          to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date,
          key_id AS "keyId",
          operation,
          sum(requests)::float8 AS requests,
          sum(errors)::float8 AS errors
        FROM usage_hours
        WHERE user_id = ${userId}::uuid
          AND (${keyId ?? ''} = '' OR key_id = ${keyId ?? ''})
          AND hour >= (${from}::date)::timestamp AT TIME ZONE 'UTC'
          AND hour < (${to}::date + 1)::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3`,
    );
    return rows.flatMap(({ operation, ...counts }) =>
      isScope(operation) ? [{ ...counts, operation }] : [],
    );
  }
}
