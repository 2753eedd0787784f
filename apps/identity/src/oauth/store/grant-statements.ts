import {
  type Grant,
  OAuthError,
  type OAuthTransaction,
  type RefreshConsumption,
  type RefreshToken,
  type RevocationReason,
} from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { type Tx } from '../../database/database.js';
import { type RealmKey } from '../../realms/realm.js';
import { grantOf, type GrantRow, refreshTokenOf, type RefreshTokenRow } from './rows.js';

/**
 * Begins a token family, if its user is still active and their session was not ended: whoever
 * signs out, deactivates a user, or changes a password, waits for this or is waited for, and no
 * family is begun between their look at what there is and their commit. That goes for a code
 * with `offline_access`, too: what outlives a session is what the application held when it ended,
 * not a code that was still on its way. A session that a new sign-in took the place of did not end.
 *
 * @throws {OAuthError} `invalid_grant`
 */
export async function insertGrant(
  tx: Tx,
  { orgId, mode }: RealmKey,
  { id, authorization, dpopJkt, createdAt, expiresAt }: Grant,
): Promise<void> {
  const { clientId, userId, sessionId } = authorization;
  const count = await tx.$executeRaw`
    INSERT INTO grants (org_id, id, mode, application_id, user_id, session_id, "authorization",
      dpop_jkt, created_at, expires_at)
    SELECT ${orgId}::uuid, ${id}::uuid, ${mode}, ${clientId}, users.id, session.id,
      ${JSON.stringify(authorization)}::jsonb, ${dpopJkt ?? null}, ${createdAt}::timestamptz,
      ${expiresAt}::timestamptz
    FROM users
    JOIN sessions AS session ON session.org_id = users.org_id AND session.user_id = users.id
    WHERE users.org_id = ${orgId}::uuid AND users.id = ${userId}::uuid AND users.mode = ${mode}
      AND users.status = 'active' AND session.id = ${sessionId}::uuid
      AND (session.revoked_at IS NULL OR session.revoked_reason = 'replaced')
    FOR SHARE OF users, session`;
  if (count !== 1) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: 'the user is not active, or their session was ended',
    });
  }
}

/** The row of the family is the lock: refresh, replay and revocation stand in one line. */
export async function lockGrant(
  tx: Tx,
  { orgId, mode }: RealmKey,
  grantId: string,
): Promise<Grant | undefined> {
  const [row] = await tx.$queryRaw<{ grant: GrantRow }[]>`
    SELECT to_jsonb(grants) AS grant FROM grants
    WHERE org_id = ${orgId}::uuid AND id = ${grantId}::uuid AND mode = ${mode}
    FOR UPDATE`;
  return row && grantOf(row.grant);
}

export async function lockGrantOfRefreshToken(
  tx: Tx,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): Promise<{ readonly token: RefreshToken; readonly grant: Grant } | undefined> {
  const [row] = await tx.$queryRaw<(RefreshTokenRow & { grant: GrantRow })[]>`
    SELECT token.grant_id, token.issued_at, token.expires_at AS token_expires_at,
      to_jsonb(grants) AS grant
    FROM refresh_tokens AS token
    JOIN grants ON grants.org_id = token.org_id AND grants.id = token.grant_id
    WHERE token.org_id = ${orgId}::uuid AND token.digest = ${digest} AND grants.mode = ${mode}
    FOR UPDATE OF grants`;
  return row && { token: refreshTokenOf(digest, row), grant: grantOf(row.grant) };
}

export async function insertRefreshToken(
  tx: Tx,
  { orgId }: RealmKey,
  { digest, grantId, issuedAt, expiresAt }: RefreshToken,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
    VALUES (${orgId}::uuid, ${digest}, ${grantId}::uuid, ${issuedAt}, ${expiresAt})`;
}

/**
 * One statement decides who exchanges the token; it says who won even where nobody had locked the
 * family. What it says of a loser is looked up after the winner has committed. The mode is that
 * of the family, which was locked by it.
 */
export async function consumeRefreshToken(
  tx: Tx,
  { orgId }: RealmKey,
  { digest, now, leeway }: Parameters<OAuthTransaction['consumeRefreshToken']>[0],
): Promise<RefreshConsumption | undefined> {
  const sealed = leeway?.sealedSuccessor ?? null;
  const until = leeway?.sealedUntil ?? null;
  const [consumed] = await tx.$queryRaw<{ grant_id: string }[]>`
    UPDATE refresh_tokens
    SET consumed_at = ${now}, sealed_successor = ${sealed}::bytea,
      sealed_until = ${until}::timestamptz
    WHERE org_id = ${orgId}::uuid AND digest = ${digest}
      AND consumed_at IS NULL AND expires_at > ${now}
    RETURNING grant_id`;
  if (consumed !== undefined) {
    if (leeway !== undefined) await eraseSealedSuccessors(tx, orgId, consumed.grant_id, now);
    return { outcome: 'consumed' };
  }
  const [row] = await tx.$queryRaw<
    {
      consumed_at: Date | null;
      sealed_successor: Uint8Array | null;
      sealed_until: Date | null;
    }[]
  >`
    SELECT consumed_at, sealed_successor, sealed_until FROM refresh_tokens
    WHERE org_id = ${orgId}::uuid AND digest = ${digest}`;
  if (row === undefined) return undefined;
  if (row.consumed_at === null) return { outcome: 'expired' };
  const open = row.sealed_until !== null && row.sealed_until > now;
  return {
    outcome: 'replayed',
    consumedAt: row.consumed_at,
    ...(open && row.sealed_successor !== null && { sealedSuccessor: row.sealed_successor }),
  };
}

/** A successor is kept no longer than somebody may be given it again. */
async function eraseSealedSuccessors(
  tx: Tx,
  orgId: string,
  grantId: string,
  now: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE refresh_tokens SET sealed_successor = NULL, sealed_until = NULL
    WHERE org_id = ${orgId}::uuid AND grant_id = ${grantId}::uuid AND sealed_until <= ${now}`;
}

/** @returns false where it was dead already */
export async function revokeGrant(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: {
    readonly grantId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE grants SET revoked_at = ${of.now}, revoked_reason = ${of.reason}
    WHERE org_id = ${orgId}::uuid AND id = ${of.grantId}::uuid AND mode = ${mode}
      AND revoked_at IS NULL`;
  return count === 1;
}

/** Locked in one order, so that two who end sessions of one application do not wait for each other. */
export async function revokeGrantsOfSession(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: {
    readonly sessionId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  },
): Promise<{ readonly grantId: string; readonly clientId: string }[]> {
  if (!isUuid(of.sessionId)) return [];
  const rows = await tx.$queryRaw<{ id: string; application_id: string }[]>`
    UPDATE grants SET revoked_at = ${of.now}, revoked_reason = ${of.reason}
    WHERE org_id = ${orgId}::uuid AND revoked_at IS NULL AND id IN (
      SELECT id FROM grants
      WHERE org_id = ${orgId}::uuid AND mode = ${mode} AND session_id = ${of.sessionId}::uuid
        AND revoked_at IS NULL AND NOT "authorization"->'scope' ? 'offline_access'
      ORDER BY id FOR UPDATE)
    RETURNING id, application_id`;
  return rows.map((row) => ({ grantId: row.id, clientId: row.application_id }));
}

/** @returns false where that was known */
export async function revokeAccessToken(
  tx: Tx,
  { orgId }: RealmKey,
  { jti, expiresAt }: { readonly jti: string; readonly expiresAt: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    INSERT INTO revoked_access_tokens (org_id, jti, expires_at)
    VALUES (${orgId}::uuid, ${jti}, ${expiresAt}) ON CONFLICT DO NOTHING`;
  return count === 1;
}
