import { type OAuthTransaction } from '@nomo/oauth-engine';
import { type PipelinedTransaction, type Statement } from '@nomo/tenancy';
import { type Realm } from '../../realms/realm.js';
import {
  grantOf,
  type GrantRow,
  refreshTokenOf,
  type RefreshTokenRow,
  userOf,
  type UserRow,
} from './rows.js';

/**
 * The transaction came to something that is done the long way, by `prisma-oauth-store`: a replay,
 * or another grant than a refresh. Nothing of it was kept.
 */
export class LongWay extends Error {
  readonly code = 'long_way';
}

/** What PostgreSQL calls the division by zero of {@link EXCHANGE}. */
const NOTHING_EXCHANGED = '22012';

/** Whether a transaction that has failed is to be done the long way. */
export function isLongWay(error: unknown): boolean {
  return (
    error instanceof LongWay || (error as { code?: unknown } | null)?.code === NOTHING_EXCHANGED
  );
}

const longWay = (): Promise<never> => Promise.reject(new LongWay());

/** What no pipelined transaction does. */
export const ONLY_THE_LONG_WAY: OAuthTransaction = {
  findApplication: longWay,
  findUser: longWay,
  findRefreshToken: longWay,
  insertPushedRequest: longWay,
  consumePushedRequest: longWay,
  findConsent: longWay,
  saveConsent: longWay,
  insertAuthorizationCode: longWay,
  findAuthorizationCode: longWay,
  consumeAuthorizationCode: longWay,
  insertGrant: longWay,
  lockGrant: longWay,
  lockGrantOfRefreshToken: longWay,
  insertRefreshToken: longWay,
  consumeRefreshToken: longWay,
  revokeGrant: longWay,
  revokeGrantsOfSession: longWay,
  revokeAccessToken: longWay,
  endSession: longWay,
  findApplicationsOfSession: longWay,
  enqueueBackchannelLogout: longWay,
  insertDeviceCode: longWay,
  findDeviceCodeByUserCode: longWay,
  decideDeviceCode: longWay,
  pollDeviceCode: longWay,
  consumeDeviceCode: longWay,
  recordAudit: longWay,
  recordSecurityEvent: longWay,
};

/**
 * The row of the family is the lock: refresh, replay and revocation stand in one line. No join, here
 * and below: planned for any organization, it may read all grants of one.
 */
const LOCK = `
SELECT id, "authorization", dpop_jkt, created_at, expires_at, revoked_at, revoked_reason
FROM grants
WHERE org_id = $1::uuid AND mode = $3 AND id = (
  SELECT token.grant_id FROM refresh_tokens AS token
  WHERE token.org_id = $1::uuid AND token.digest = $2)
FOR UPDATE`;

/** Under the lock, by a statement of its own: the one before may have waited, and read before it did. */
const STATE = `
SELECT token.grant_id, token.issued_at, token.expires_at AS token_expires_at,
  token.consumed_at IS NULL AS unused, active.*
FROM refresh_tokens AS token
LEFT JOIN LATERAL (
  SELECT id, email, email_verified, name, updated_at FROM users
  WHERE users.org_id = $1::uuid AND users.mode = $3 AND users.status = 'active' AND users.id = (
    SELECT grants.user_id FROM grants
    WHERE grants.org_id = $1::uuid AND grants.id = token.grant_id)
  LIMIT 1
) AS active ON true
WHERE token.org_id = $1::uuid AND token.digest = $2`;

/**
 * Decides who exchanges the token, whoever has the lock: where nothing is consumed there is no
 * successor, and the division by zero takes back all there is of the transaction.
 */
const EXCHANGE = `
WITH consumed AS (
  UPDATE refresh_tokens
  SET consumed_at = $3::timestamptz, sealed_successor = $4::bytea,
    sealed_until = $5::timestamptz
  WHERE org_id = $1::uuid AND digest = $2 AND consumed_at IS NULL
    AND expires_at > $3::timestamptz
  RETURNING grant_id
), successor AS (
  INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
  SELECT $1::uuid, $6, consumed.grant_id, $7::timestamptz, $8::timestamptz FROM consumed
  WHERE consumed.grant_id = $9::uuid
  RETURNING grant_id
)
SELECT 1 / count(*) FROM successor`;

/** A successor is kept no longer than somebody may be given it again. */
const ERASE = `
UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL
WHERE org_id = $1::uuid AND grant_id = $2::uuid AND sealed_until <= $3::timestamptz`;

type Consumption = Parameters<OAuthTransaction['consumeRefreshToken']>[0];

/** What a refresh asks of its transaction. */
type Refresh = Pick<
  OAuthTransaction,
  'lockGrantOfRefreshToken' | 'consumeRefreshToken' | 'insertRefreshToken' | 'findUser'
>;

/**
 * An ordinary refresh in two round trips: one that begins the transaction, locks the family and
 * reads all there is to know, one that exchanges the token, writes it down and commits. What is
 * not ordinary throws {@link LongWay}.
 */
export function pipelinedRefresh(
  tx: PipelinedTransaction,
  realm: Realm,
): Refresh & { readonly hasBegun: () => boolean } {
  const { orgId, mode } = realm;
  let locked: { readonly digest: Uint8Array; readonly state: StateRow } | undefined;
  let consumption: Consumption | undefined;
  return {
    hasBegun: () => locked !== undefined,

    lockGrantOfRefreshToken: async (digest) => {
      const of = [orgId, digest, mode];
      const [lock, state] = await tx.ask(
        { text: LOCK, values: of },
        { text: STATE, values: of },
      );
      const row = lock?.rows[0] as GrantRow | undefined;
      const now = state?.rows[0] as StateRow | undefined;
      if (row === undefined || now === undefined) return undefined;
      locked = { digest, state: now };
      return { token: refreshTokenOf(digest, now), grant: grantOf(row) };
    },

    consumeRefreshToken: (of) => {
      const { digest, state } = locked ?? {};
      const ordinary =
        state?.unused === true &&
        state.token_expires_at > of.now &&
        digest !== undefined &&
        Buffer.from(digest).equals(of.digest);
      if (!ordinary) return longWay();
      consumption = of;
      return Promise.resolve({ outcome: 'consumed' });
    },

    insertRefreshToken: (successor) => {
      if (consumption === undefined) return longWay();
      for (const statement of exchange(orgId, consumption, successor)) tx.put(statement);
      consumption = undefined;
      return Promise.resolve();
    },

    findUser: (userId) => {
      if (locked === undefined) return longWay();
      const { id, ...user } = locked.state;
      return Promise.resolve(id === userId ? userOf({ ...user, id }) : undefined);
    },
  };
}

/** Without a user where theirs is not active. */
interface StateRow extends RefreshTokenRow, Omit<UserRow, 'id'> {
  readonly id: string | null;
  readonly unused: boolean;
}

function exchange(
  orgId: string,
  { digest, now, leeway }: Consumption,
  successor: Parameters<OAuthTransaction['insertRefreshToken']>[0],
): Statement[] {
  const { grantId } = successor;
  const text = EXCHANGE;
  const values = [
    orgId,
    digest,
    now,
    leeway?.sealedSuccessor ?? null,
    leeway?.sealedUntil ?? null,
    successor.digest,
    successor.issuedAt,
    successor.expiresAt,
    grantId,
  ];
  const erase = { text: ERASE, values: [orgId, grantId, now] };
  return leeway === undefined ? [{ text, values }] : [{ text, values }, erase];
}
