import { Injectable } from '@nestjs/common';
import { type QuotaState, type QuotaVerdict } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import { VisionDatabase } from '../database/doors.js';

/** Whose count it is. */
export interface QuotaOwner {
  readonly userId: string;
  readonly id: ApiKeyId;
}

/** What is known of a day's count from elsewhere. */
export interface KnownCount {
  readonly used: number;
  readonly resetAt: Date;
}

/** Numbers come as float8: a count is far below 2^53, and Prisma makes objects of BIGINT. */
interface Row {
  readonly day: string;
  readonly used: number;
}

const DAY_MS = 86_400_000;

/** The daily quota in PostgreSQL: what Redis is raised to, and what counts while it is away. */
@Injectable()
export class QuotaCounters {
  constructor(private readonly database: VisionDatabase) {}

  /**
   * Counts one request of today, by PostgreSQL's clock, unless the limit is reached: one
   * conditional statement, so that any number of processes share the count exactly.
   *
   * It goes on from the greatest of what was counted here before, what was recorded as used
   * today, and what this process last saw in Redis.
   *
   * @unaudited A request counts against the quota of its key: use, not a change of state.
   */
  async count(
    { userId, id }: QuotaOwner,
    limit: number,
    seen: KnownCount | undefined,
  ): Promise<QuotaVerdict> {
    const seenDay = seen === undefined ? '' : dayBefore(seen.resetAt);
    return this.database.withTenant(userId, async (tx) => {
      const [counted] = await tx.$queryRaw<Row[]>`
        WITH today AS (
          SELECT (now() AT TIME ZONE 'UTC')::date AS day
        ), known AS (
          SELECT today.day, greatest(
            CASE WHEN to_char(today.day, 'YYYY-MM-DD') = ${seenDay} THEN ${seen?.used ?? 0}::bigint ELSE 0 END,
            (SELECT sum(requests) FROM usage_hours
              WHERE user_id = ${userId}::uuid AND key_id = ${id}
                AND hour >= today.day::timestamp AT TIME ZONE 'UTC')
          ) AS used
          FROM today
        )
        INSERT INTO quota_counters AS counter (user_id, key_id, day, used)
        SELECT ${userId}::uuid, ${id}, day, used + 1 FROM known
        WHERE used < ${limit}::bigint
        ON CONFLICT (user_id, key_id, day) DO UPDATE
        SET used = greatest(counter.used + 1, excluded.used)
        WHERE counter.used < ${limit}::bigint
        RETURNING to_char(day, 'YYYY-MM-DD') AS day, used::float8 AS used`;
      if (counted !== undefined) return { allowed: true, ...stateOf(counted, limit) };
      const [row] = await tx.$queryRaw<Row[]>`
        SELECT to_char((now() AT TIME ZONE 'UTC')::date, 'YYYY-MM-DD') AS day,
          ${limit}::float8 AS used`;
      if (row === undefined) throw new Error('PostgreSQL did not say what day it is');
      return { allowed: false, ...stateOf(row, limit) };
    });
  }

  /** Where a key stands today, as far as PostgreSQL knows. */
  async read({ userId, id }: QuotaOwner, limit: number): Promise<QuotaState> {
    return this.database.withTenant(userId, async (tx) => {
      const [row] = await tx.$queryRaw<Row[]>`
        WITH today AS (
          SELECT (now() AT TIME ZONE 'UTC')::date AS day
        )
        SELECT to_char(today.day, 'YYYY-MM-DD') AS day, coalesce(greatest(
          (SELECT used FROM quota_counters
            WHERE user_id = ${userId}::uuid AND key_id = ${id} AND day = today.day),
          (SELECT sum(requests) FROM usage_hours
            WHERE user_id = ${userId}::uuid AND key_id = ${id}
              AND hour >= today.day::timestamp AT TIME ZONE 'UTC')
        ), 0)::float8 AS used
        FROM today`;
      if (row === undefined) throw new Error('PostgreSQL did not say what day it is');
      return stateOf(row, limit);
    });
  }

  /**
   * Uncounts a request that the service could not serve, in the day in which it was counted.
   *
   * @unaudited A request that was not served does not count: no change of state either.
   */
  async giveBack({ userId, id }: QuotaOwner, resetAt: Date): Promise<void> {
    await this.database.withTenant(
      userId,
      (tx) => tx.$executeRaw`
        UPDATE quota_counters SET used = used - 1
        WHERE user_id = ${userId}::uuid AND key_id = ${id} AND used > 0
          AND day = ${dayBefore(resetAt)}::date`,
    );
  }
}

function stateOf({ day, used }: Row, limit: number): QuotaState {
  return {
    limit,
    used,
    remaining: Math.max(0, limit - used),
    resetAt: new Date(Date.parse(day) + DAY_MS),
  };
}

/** The UTC day that ends at this midnight, `YYYY-MM-DD`. */
function dayBefore(midnight: Date): string {
  return new Date(midnight.getTime() - DAY_MS).toISOString().slice(0, 10);
}
