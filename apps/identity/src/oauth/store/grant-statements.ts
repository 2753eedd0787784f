import { type Grant, OAuthError, type RevocationReason } from '@nomo/oauth-engine';
import { type AskingTransaction, type PipelinedTransaction } from '@nomo/tenancy';
import { validate as isUuid } from 'uuid';
import { firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { grantOf, type GrantRow } from './rows.js';

const INSERT = `
WITH consent AS (
  SELECT id FROM consents
  WHERE org_id = $1::uuid AND user_id = $5::uuid AND application_id = $4 AND mode = $3
    AND revoked_at IS NULL
  FOR SHARE)
INSERT INTO grants (org_id, id, mode, application_id, user_id, session_id, "authorization",
  dpop_jkt, created_at, expires_at)
SELECT $1::uuid, $2::uuid, $3, application.id, users.id, session.id, $7::jsonb, $8, $9::timestamptz,
  $10::timestamptz
FROM users
JOIN sessions AS session ON session.org_id = users.org_id AND session.user_id = users.id
JOIN applications AS application ON application.org_id = users.org_id
WHERE users.org_id = $1::uuid AND users.id = $5::uuid AND users.mode = $3
  AND users.status = 'active' AND session.id = $6::uuid
  AND session.revoked_at IS NULL
  AND application.id = $4 AND application.mode = $3 AND application.disabled_at IS NULL
  AND (application.first_party OR EXISTS (SELECT FROM consent))
FOR SHARE OF users, session, application
RETURNING id`;

/** The row of the family is the lock: refresh, replay and revocation stand in one line. */
const LOCK = `
SELECT id, "authorization", dpop_jkt, created_at, expires_at, revoked_at, revoked_reason
FROM grants WHERE org_id = $1::uuid AND id = $2::uuid AND mode = $3
FOR UPDATE`;

const REVOKE = `
UPDATE grants SET revoked_at = $4::timestamptz, revoked_reason = $5
WHERE org_id = $1::uuid AND id = $2::uuid AND mode = $3 AND revoked_at IS NULL
RETURNING id`;

/**
 * Locked in one order, so that two who end sessions of one application do not wait for each other.
 * By an array and not by a join, which might read all grants of an organization.
 */
const REVOKE_OF_SESSION = `
UPDATE grants SET revoked_at = $4::timestamptz, revoked_reason = $5
WHERE org_id = $1::uuid AND revoked_at IS NULL AND id = ANY(ARRAY(
  SELECT id FROM grants
  WHERE org_id = $1::uuid AND mode = $3 AND session_id = $2::uuid
    AND revoked_at IS NULL AND NOT "authorization"->'scope' ? 'offline_access'
  ORDER BY id FOR UPDATE))
RETURNING id AS "grantId", application_id AS "clientId"`;

const REVOKE_ACCESS_TOKEN = `
INSERT INTO revoked_access_tokens (org_id, jti, expires_at)
VALUES ($1::uuid, $2, $3::timestamptz) ON CONFLICT DO NOTHING
RETURNING jti`;

/**
 * Begins a token family, if its user is still active, their session was not ended, its application
 * may be used, and what they consented to was not taken back: whoever signs out, deactivates a
 * user, changes a password, disables an application or takes a consent back, waits for this or is
 * waited for, and no family is begun between their look at what there is and their commit. That goes for a code
 * with `offline_access`, too: what outlives a session is what the application held when it ended,
 * not a code that was still on its way.
 *
 * @throws {OAuthError} `invalid_grant`
 */
export async function insertGrant(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  { id, authorization, dpopJkt, createdAt, expiresAt }: Grant,
): Promise<void> {
  const { clientId, userId, sessionId } = authorization;
  const inserted = await firstRow(tx, INSERT, [
    orgId,
    id,
    mode,
    clientId,
    userId,
    sessionId,
    JSON.stringify(authorization),
    dpopJkt ?? null,
    createdAt,
    expiresAt,
  ]);
  if (inserted === undefined) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail:
        'the user is not active, their session was ended, the application is disabled, or the consent was taken back',
    });
  }
}

export async function lockGrant(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  grantId: string,
): Promise<Grant | undefined> {
  const row = await firstRow<GrantRow>(tx, LOCK, [orgId, grantId, mode]);
  return row && grantOf(row);
}

/** @returns false where it was dead already */
export async function revokeGrant(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: {
    readonly grantId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  },
): Promise<boolean> {
  const values = [orgId, of.grantId, mode, of.now, of.reason];
  return (await firstRow(tx, REVOKE, values)) !== undefined;
}

/** Ends those that do not outlive it. */
export async function revokeGrantsOfSession(
  tx: AskingTransaction,
  { orgId, mode }: RealmKey,
  of: {
    readonly sessionId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  },
): Promise<readonly { readonly grantId: string; readonly clientId: string }[]> {
  if (!isUuid(of.sessionId)) return [];
  const rows = await tx.$queryRawUnsafe(
    REVOKE_OF_SESSION,
    ...[orgId, of.sessionId, mode, of.now, of.reason],
  );
  return rows as readonly { readonly grantId: string; readonly clientId: string }[];
}

/** @returns false where that was known */
export async function revokeAccessToken(
  tx: PipelinedTransaction,
  { orgId }: RealmKey,
  { jti, expiresAt }: { readonly jti: string; readonly expiresAt: Date },
): Promise<boolean> {
  const revoked = await firstRow(tx, REVOKE_ACCESS_TOKEN, [orgId, jti, expiresAt]);
  return revoked !== undefined;
}
