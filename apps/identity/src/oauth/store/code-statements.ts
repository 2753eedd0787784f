import {
  type AuthorizationCode,
  type CodeConsumption,
  type PushedRequest,
} from '@nomo/oauth-engine';
import { type Tx } from '../../database/database.js';
import { type RealmKey } from '../../realms/realm.js';
import { authorizationOf, type AuthorizationJson } from './rows.js';

export async function insertPushedRequest(
  tx: Tx,
  { orgId, mode }: RealmKey,
  { digest, clientId, parameters, expiresAt }: PushedRequest,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO pushed_requests (org_id, digest, mode, application_id, parameters, expires_at)
    VALUES (${orgId}::uuid, ${digest}, ${mode}, ${clientId},
      ${JSON.stringify(parameters)}::jsonb, ${expiresAt})`;
}

/** One statement decides who gets the request: of several at once, one. */
export async function consumePushedRequest(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly clientId: string; readonly now: Date },
): Promise<PushedRequest | undefined> {
  const { digest, clientId, now } = of;
  const [row] = await tx.$queryRaw<
    { parameters: PushedRequest['parameters']; expires_at: Date }[]
  >`
    UPDATE pushed_requests SET consumed_at = ${now}
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
      AND application_id = ${clientId} AND consumed_at IS NULL AND expires_at > ${now}
    RETURNING parameters, expires_at`;
  return row && { digest, clientId, parameters: row.parameters, expiresAt: row.expires_at };
}

export async function insertAuthorizationCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  code: AuthorizationCode,
): Promise<void> {
  const { digest, authorization, redirectUri, codeChallenge, dpopJkt, expiresAt } = code;
  await tx.$executeRaw`
    INSERT INTO authorization_codes (org_id, digest, mode, application_id, "authorization",
      redirect_uri, code_challenge, dpop_jkt, expires_at)
    VALUES (${orgId}::uuid, ${digest}, ${mode}, ${authorization.clientId},
      ${JSON.stringify(authorization)}::jsonb, ${redirectUri}, ${codeChallenge}, ${dpopJkt ?? null},
      ${expiresAt})`;
}

export async function findAuthorizationCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): Promise<AuthorizationCode | undefined> {
  const [row] = await tx.$queryRaw<
    {
      authorization: AuthorizationJson;
      redirect_uri: string;
      code_challenge: string;
      dpop_jkt: string | null;
      expires_at: Date;
    }[]
  >`
    SELECT "authorization", redirect_uri, code_challenge, dpop_jkt, expires_at
    FROM authorization_codes
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}`;
  return (
    row && {
      digest,
      authorization: authorizationOf(row.authorization),
      redirectUri: row.redirect_uri,
      codeChallenge: row.code_challenge,
      ...(row.dpop_jkt !== null && { dpopJkt: row.dpop_jkt }),
      expiresAt: row.expires_at,
    }
  );
}

/**
 * One statement decides who redeems the code. Whoever comes while another redeems it waits for
 * their commit, and then finds it used: what it says of a loser is looked up after that.
 */
export async function consumeAuthorizationCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly now: Date; readonly grantId: string },
): Promise<CodeConsumption | undefined> {
  const { digest, now, grantId } = of;
  const [consumed] = await tx.$queryRaw<{ grant_id: string }[]>`
    UPDATE authorization_codes SET consumed_at = ${now}, grant_id = ${grantId}::uuid
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
      AND consumed_at IS NULL AND expires_at > ${now}
    RETURNING grant_id`;
  if (consumed !== undefined) return { outcome: 'consumed' };
  const [row] = await tx.$queryRaw<{ grant_id: string | null }[]>`
    SELECT grant_id FROM authorization_codes
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}`;
  return whyNotConsumed(row);
}

/** Of a code that was there and could not be consumed. */
export function whyNotConsumed(
  row: { readonly grant_id: string | null } | undefined,
): CodeConsumption | undefined {
  if (row === undefined) return undefined;
  return row.grant_id === null
    ? { outcome: 'expired' }
    : { outcome: 'replayed', grantId: row.grant_id };
}
