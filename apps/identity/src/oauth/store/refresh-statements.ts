import {
  type RefreshExchange,
  type RefreshToken,
  type RefreshTokenState,
} from '@nomo/oauth-engine';
import { type PipelinedTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type Asks, rowsOf } from '../../database/pipelines.js';
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

/** The row of the family is the lock: refresh, replay and revocation stand in one line. */
const LOCK = `
SELECT id FROM grants
WHERE org_id = $1::uuid AND mode = $3 AND id = (
  SELECT token.grant_id FROM refresh_tokens AS token
  WHERE token.org_id = $1::uuid AND token.digest = $2::bytea)
FOR UPDATE`;

/** By `LIMIT 1` each is looked up by its key, as in the question of `access-token-states.ts`. */
const STATES = `
SELECT asked.n, token.*, family.*, active.id AS user_id, active.email, active.email_verified,
  active.name, active.updated_at
FROM jsonb_to_recordset($3::jsonb) AS asked (n integer, digest text)
CROSS JOIN LATERAL (
  SELECT grant_id, issued_at, refresh_tokens.expires_at AS token_expires_at,
    consumed_at IS NOT NULL AS exchanged, sealed_successor, sealed_until
  FROM refresh_tokens
  WHERE org_id = $1::uuid AND digest = decode(asked.digest, 'hex') LIMIT 1
) AS token
CROSS JOIN LATERAL (
  SELECT id, "authorization", dpop_jkt, created_at, expires_at, revoked_at, revoked_reason,
    grants.user_id AS of_user
  FROM grants
  WHERE org_id = $1::uuid AND mode = $2 AND id = token.grant_id LIMIT 1
) AS family
LEFT JOIN LATERAL (
  SELECT id, email, email_verified, name, updated_at FROM users
  WHERE org_id = $1::uuid AND mode = $2 AND status = 'active' AND id = family.of_user LIMIT 1
) AS active ON true`;

/**
 * Each token that is unused and alive, of a family that is, gives way to its successor; the
 * families are locked first. One statement decides who exchanges a token, whoever asks, and says
 * by their successors which were exchanged.
 *
 * Tokens are found by their primary key alone: what is asked is materialized, as row-level security
 * lets no index be searched for what a function makes of another row, and what else is asked of a
 * token is put as no index answers it.
 */
const EXCHANGE = `
WITH asked AS MATERIALIZED (
  SELECT decode(digest, 'hex') AS digest, grant_id, consumed_at,
    decode(sealed_successor, 'hex') AS sealed_successor, sealed_until,
    decode(successor, 'hex') AS successor, issued_at, expires_at
  FROM jsonb_to_recordset($3::jsonb) AS asked (
    digest text, grant_id uuid, consumed_at timestamptz, sealed_successor text,
    sealed_until timestamptz, successor text, issued_at timestamptz, expires_at timestamptz)
), family AS (
  SELECT id FROM grants
  WHERE org_id = $1::uuid AND mode = $2 AND id = ANY($4::uuid[]) AND revoked_at IS NULL
  FOR UPDATE
), consumed AS (
  UPDATE refresh_tokens AS token
  SET consumed_at = asked.consumed_at, sealed_successor = asked.sealed_successor,
    sealed_until = asked.sealed_until
  FROM asked JOIN family ON family.id = asked.grant_id
  WHERE token.org_id = $1::uuid AND token.digest = asked.digest
    AND token.consumed_at IS NULL AND token.expires_at - asked.consumed_at > interval '0'
    AND token.grant_id IS NOT DISTINCT FROM asked.grant_id
  RETURNING asked.*
)
INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
SELECT $1::uuid, successor, grant_id, issued_at, expires_at FROM consumed
RETURNING encode(digest, 'hex') AS successor`;

/** The same, but it waits for nobody: a token whose family somebody holds is not exchanged. */
const EXCHANGE_UNHELD = EXCHANGE.replace('FOR UPDATE', 'FOR UPDATE SKIP LOCKED');

/** A successor is kept no longer than somebody may be given it again. */
const ERASE = `
UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL
WHERE org_id = $1::uuid AND grant_id = $2::uuid AND sealed_until <= $3::timestamptz`;

interface StateRow extends RefreshTokenRow, GrantRow, Omit<UserRow, 'id'> {
  readonly n: number;
  readonly exchanged: boolean;
  readonly sealed_successor: Uint8Array | null;
  readonly sealed_until: Date | null;
  /** Null where the user of the grant is not active. */
  readonly user_id: string | null;
}

export async function insertRefreshToken(
  tx: WritingTransaction,
  { orgId }: RealmKey,
  { digest, grantId, issuedAt, expiresAt }: RefreshToken,
): Promise<void> {
  await writeBehind(tx, INSERT, [orgId, digest, grantId, issuedAt, expiresAt]);
}

/** What has become of refresh tokens, in their order; undefined: there is no such token. */
export async function findRefreshTokens(
  asks: Asks,
  realm: RealmKey,
  digests: readonly Uint8Array[],
): Promise<readonly (RefreshTokenState | undefined)[]> {
  const rows = await rowsOf<StateRow>(asks, STATES, statesAsked(realm, digests));
  return statesIn(rows, digests);
}

/** By a statement of its own, under the lock: the one that locks may have waited, and read before it did. */
export async function lockGrantOfRefreshToken(
  tx: PipelinedTransaction,
  realm: RealmKey,
  digest: Uint8Array,
): Promise<RefreshTokenState | undefined> {
  const [lock, state] = await tx.ask(
    { text: LOCK, values: [realm.orgId, digest, realm.mode] },
    { text: STATES, values: statesAsked(realm, [digest]) },
  );
  if (lock?.rows.length !== 1) return undefined;
  const rows = state?.rows as readonly StateRow[] | undefined;
  return statesIn(rows ?? [], [digest])[0];
}

function statesAsked({ orgId, mode }: RealmKey, digests: readonly Uint8Array[]): string[] {
  const asked = digests.map((digest, n) => ({ n, digest: hex(digest) }));
  return [orgId, mode, JSON.stringify(asked)];
}

function statesIn(
  rows: readonly StateRow[],
  digests: readonly Uint8Array[],
): readonly (RefreshTokenState | undefined)[] {
  const states: (RefreshTokenState | undefined)[] = digests.map(() => undefined);
  for (const row of rows) {
    const digest = digests[row.n];
    if (digest !== undefined) states[row.n] = stateOf(row, digest);
  }
  return states;
}

function stateOf(row: StateRow, digest: Uint8Array): RefreshTokenState {
  const { exchanged, sealed_successor: sealedSuccessor, sealed_until: sealedUntil } = row;
  const leeway = sealedSuccessor && sealedUntil && { sealedSuccessor, sealedUntil };
  return {
    token: refreshTokenOf(digest, row),
    grant: grantOf(row),
    user: row.user_id === null ? undefined : userOf({ ...row, id: row.user_id }),
    ...(exchanged && { exchanged: { ...(leeway && { leeway }) } }),
  };
}

/**
 * @param held whether to wait for families that somebody holds, or to pass them over
 * @returns those that were exchanged; of several for one token one at most
 */
export async function exchangeRefreshTokens(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  exchanges: readonly RefreshExchange[],
  held: 'wait' | 'pass over',
): Promise<readonly RefreshExchange[]> {
  const asked = exchanges.map(({ digest, successor, now, leeway }) => ({
    digest: hex(digest),
    grant_id: successor.grantId,
    consumed_at: now,
    ...(leeway && {
      sealed_successor: hex(leeway.sealedSuccessor),
      sealed_until: leeway.sealedUntil,
    }),
    successor: hex(successor.digest),
    issued_at: successor.issuedAt,
    expires_at: successor.expiresAt,
  }));
  const families = `{${asked.map(({ grant_id: id }) => id).join(',')}}`;
  const text = held === 'wait' ? EXCHANGE : EXCHANGE_UNHELD;
  const rows = await rowsOf<{ successor: string }>(tx, text, [
    orgId,
    mode,
    JSON.stringify(asked),
    families,
  ]);
  const successors = new Set(rows.map(({ successor }) => successor));
  const exchanged = exchanges.filter(({ successor }) => successors.has(hex(successor.digest)));
  for (const { successor, now, leeway } of exchanged) {
    if (leeway !== undefined) await writeBehind(tx, ERASE, [orgId, successor.grantId, now]);
  }
  return exchanged;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
