import {
  type LockedRefreshToken,
  type OAuthTransaction,
  type RefreshToken,
} from '@nomo/oauth-engine';
import { type PipelinedTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type RealmKey } from '../../realms/realm.js';
import {
  grantOf,
  type GrantRow,
  refreshTokenOf,
  type RefreshTokenRow,
  userOf,
  type UserRow,
} from './rows.js';

const INSERT = `
INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
VALUES ($1::uuid, $2::bytea, $3::uuid, $4::timestamptz, $5::timestamptz)`;

/**
 * The row of the family is the lock: refresh, replay and revocation stand in one line. No join, here
 * and below: planned for any organization, it may read all grants of one.
 */
const LOCK = `
SELECT id, "authorization", dpop_jkt, created_at, expires_at, revoked_at, revoked_reason
FROM grants
WHERE org_id = $1::uuid AND mode = $3 AND id = (
  SELECT token.grant_id FROM refresh_tokens AS token
  WHERE token.org_id = $1::uuid AND token.digest = $2::bytea)
FOR UPDATE`;

/** Under the lock, by a statement of its own: the one before may have waited, and read before it did. */
const STATE = `
SELECT token.grant_id, token.issued_at, token.expires_at AS token_expires_at,
  token.consumed_at IS NOT NULL AS exchanged, token.sealed_successor, token.sealed_until, active.*
FROM refresh_tokens AS token
LEFT JOIN LATERAL (
  SELECT id, email, email_verified, name, updated_at FROM users
  WHERE users.org_id = $1::uuid AND users.mode = $3 AND users.status = 'active' AND users.id = (
    SELECT grants.user_id FROM grants
    WHERE grants.org_id = $1::uuid AND grants.id = token.grant_id)
  LIMIT 1
) AS active ON true
WHERE token.org_id = $1::uuid AND token.digest = $2::bytea`;

/**
 * One statement decides who exchanges the token, whoever has the lock: where nothing is consumed
 * there is no successor, and the division by zero takes back all there is of the transaction.
 */
const EXCHANGE = `
WITH consumed AS (
  UPDATE refresh_tokens
  SET consumed_at = $3::timestamptz, sealed_successor = $4::bytea,
    sealed_until = $5::timestamptz
  WHERE org_id = $1::uuid AND digest = $2::bytea AND consumed_at IS NULL
    AND expires_at > $3::timestamptz
  RETURNING grant_id
), successor AS (
  INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
  SELECT $1::uuid, $6::bytea, consumed.grant_id, $7::timestamptz, $8::timestamptz FROM consumed
  WHERE consumed.grant_id = $9::uuid
  RETURNING grant_id
)
SELECT 1 / count(*) FROM successor`;

/** A successor is kept no longer than somebody may be given it again. */
const ERASE = `
UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL
WHERE org_id = $1::uuid AND grant_id = $2::uuid AND sealed_until <= $3::timestamptz`;

interface StateRow extends RefreshTokenRow, Omit<UserRow, 'id'> {
  readonly exchanged: boolean;
  readonly sealed_successor: Uint8Array | null;
  readonly sealed_until: Date | null;
  /** Null where the user of the grant is not active. */
  readonly id: string | null;
}

export async function insertRefreshToken(
  tx: WritingTransaction,
  { orgId }: RealmKey,
  { digest, grantId, issuedAt, expiresAt }: RefreshToken,
): Promise<void> {
  await writeBehind(tx, INSERT, [orgId, digest, grantId, issuedAt, expiresAt]);
}

/** All there is to know for a refresh, in one round trip. */
export async function lockGrantOfRefreshToken(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): Promise<LockedRefreshToken | undefined> {
  const values = [orgId, digest, mode];
  const [lock, state] = await tx.ask({ text: LOCK, values }, { text: STATE, values });
  const grant = lock?.rows[0] as GrantRow | undefined;
  const row = state?.rows[0] as StateRow | undefined;
  if (grant === undefined || row === undefined) return undefined;
  const { exchanged, sealed_successor: sealedSuccessor, sealed_until: sealedUntil, id } = row;
  const leeway = sealedSuccessor && sealedUntil && { sealedSuccessor, sealedUntil };
  return {
    token: refreshTokenOf(digest, row),
    grant: grantOf(grant),
    user: id === null ? undefined : userOf({ ...row, id }),
    ...(exchanged && { exchanged: { ...(leeway && { leeway }) } }),
  };
}

/** PostgreSQL's code for the division by zero of {@link EXCHANGE}. */
const DIVISION_BY_ZERO = '22012';

/** Somebody has exchanged the token who did not have the lock. Nothing of the transaction was kept. */
export class NothingExchanged extends Error {
  readonly code = 'nothing_exchanged';

  constructor(cause: unknown) {
    super('the refresh token had been exchanged already', { cause });
    this.name = 'NothingExchanged';
  }
}

/** Of a transaction that failed. */
export function isNothingExchanged(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === DIVISION_BY_ZERO;
}

/** Sent with what comes next: what is not exchanged fails there, see {@link isNothingExchanged}. */
export async function exchangeRefreshToken(
  tx: WritingTransaction,
  { orgId }: RealmKey,
  of: Parameters<OAuthTransaction['exchangeRefreshToken']>[0],
): Promise<void> {
  const { digest, successor, now, leeway } = of;
  const { grantId } = successor;
  await writeBehind(tx, EXCHANGE, [
    orgId,
    digest,
    now,
    leeway?.sealedSuccessor ?? null,
    leeway?.sealedUntil ?? null,
    successor.digest,
    successor.issuedAt,
    successor.expiresAt,
    grantId,
  ]);
  if (leeway !== undefined) await writeBehind(tx, ERASE, [orgId, grantId, now]);
}
