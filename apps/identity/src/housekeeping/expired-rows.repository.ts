import { Injectable } from '@nestjs/common';
import { System } from '../database/database.js';
import { Prisma } from '../generated/prisma/client.js';

/** A kind of row that nobody asks for any more after a while. */
export interface Expiring {
  readonly table: string;
  /** What tells its rows apart within an organization. */
  readonly key: readonly string[];
  /** The column with its time, which has an index. */
  readonly column: string;
  /** How long after that time it is kept. */
  readonly keepDays: number;
  /** A further condition. */
  readonly only?: string;
}

const ids = ['id'];
const digests = ['digest'];

/**
 * Replays are recognised by rows that were used: codes and tokens stay for a while after they
 * have expired, and a grant stays longer than its tokens.
 */
export const EXPIRING: readonly Expiring[] = [
  // Anybody can have these made, and nothing asks for them once they have expired.
  { table: 'interactions', key: digests, column: 'expires_at', keepDays: 0 },
  { table: 'pushed_requests', key: digests, column: 'expires_at', keepDays: 0 },
  { table: 'authorization_codes', key: digests, column: 'expires_at', keepDays: 7 },
  { table: 'refresh_tokens', key: digests, column: 'expires_at', keepDays: 30 },
  { table: 'device_codes', key: digests, column: 'expires_at', keepDays: 7 },
  {
    table: 'device_codes',
    key: digests,
    column: 'expires_at',
    keepDays: 1,
    only: 'consumed_at IS NULL',
  },
  { table: 'grants', key: ids, column: 'expires_at', keepDays: 60 },
  { table: 'sessions', key: ids, column: 'expires_at', keepDays: 30 },
  { table: 'revoked_access_tokens', key: ['jti'], column: 'expires_at', keepDays: 1 },
  { table: 'seen_jtis', key: digests, column: 'expires_at', keepDays: 0 },
  { table: 'retiring_webhook_secrets', key: ids, column: 'expires_at', keepDays: 0 },
  { table: 'idempotency_keys', key: ['caller', 'key'], column: 'created_at', keepDays: 1 },
  ...['webhook_deliveries', 'logout_deliveries'].map((table) => ({
    table,
    key: ids,
    column: 'created_at',
    keepDays: 30,
    only: `status <> 'pending'`,
  })),
];

@Injectable()
export class ExpiredRowsRepository {
  constructor(private readonly system: System) {}

  /**
   * Removes at most so many rows of a kind, in one short transaction that locks nothing else.
   *
   * @returns how many there were
   */
  async remove(
    { table, key, column, keepDays, only }: Expiring,
    most: number,
  ): Promise<number> {
    // Names of the list above, none from outside.
    const columns = ['org_id', ...key].map((name) => `"${name}"`).join(', ');
    const [name, keys, time, condition] = [
      `"${table}"`,
      columns,
      `"${column}"`,
      only === undefined ? '' : `AND ${only}`,
    ].map((text) => Prisma.raw(text));
    return this.system.asSystem(
      'remove what has expired',
      (tx) => tx.$executeRaw`
        DELETE FROM ${name} WHERE (${keys}) IN (
          SELECT ${keys} FROM ${name}
          WHERE ${time} < now() - make_interval(days => ${keepDays}::int) ${condition}
          LIMIT ${most}
        )`,
    );
  }
}
