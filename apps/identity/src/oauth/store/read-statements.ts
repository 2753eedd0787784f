import {
  type AccessTokenState,
  type Grant,
  type OAuthStore,
  type User,
} from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { type Tx } from '../../database/database.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import {
  applicationOf,
  type ApplicationRow,
  grantOf,
  type GrantRow,
  refreshTokenOf,
  type RefreshTokenRow,
  userOf,
  type UserRow,
} from './rows.js';

/** An application that may be used, with its secrets, as one value of JSON. */
function applicationJson({ orgId, mode }: RealmKey, clientId: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT to_jsonb(application) || jsonb_build_object('secrets', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'digest', encode(secret.digest, 'hex'), 'expires_at', secret.expires_at)), '[]')
      FROM application_secrets AS secret
      WHERE secret.org_id = application.org_id AND secret.application_id = application.id))
    FROM applications AS application
    WHERE application.org_id = ${orgId}::uuid AND application.id = ${clientId}
      AND application.mode = ${mode} AND application.disabled_at IS NULL)`;
}

export async function findApplicationRow(
  tx: Tx,
  realm: RealmKey,
  clientId: string,
): Promise<ApplicationRow | undefined> {
  const [row] = await tx.$queryRaw<{ application: ApplicationRow | null }[]>`
    SELECT ${applicationJson(realm, clientId)} AS application`;
  return row?.application ?? undefined;
}

/** An active user. */
export async function findUser(
  tx: Tx,
  { orgId, mode }: RealmKey,
  userId: string,
): Promise<User | undefined> {
  if (!isUuid(userId)) return undefined;
  const [row] = await tx.$queryRaw<{ user: UserRow }[]>`
    SELECT to_jsonb(users) - 'password_hash' AS user FROM users
    WHERE org_id = ${orgId}::uuid AND id = ${userId}::uuid AND mode = ${mode}
      AND status = 'active'`;
  return row && userOf(row.user);
}

/** A grant, dead or alive. */
export async function findGrant(
  tx: Tx,
  { orgId, mode }: RealmKey,
  grantId: string,
): Promise<Grant | undefined> {
  if (!isUuid(grantId)) return undefined;
  const [row] = await tx.$queryRaw<{ grant: GrantRow }[]>`
    SELECT to_jsonb(grants) AS grant FROM grants
    WHERE org_id = ${orgId}::uuid AND id = ${grantId}::uuid AND mode = ${mode}`;
  return row && grantOf(row.grant);
}

/** All that decides about an access token, as it is at one moment. */
export async function findAccessTokenState(
  tx: Tx,
  realm: Realm,
  { jti, clientId, grantId }: Parameters<OAuthStore['findAccessTokenState']>[0],
): Promise<AccessTokenState> {
  const { orgId, mode } = realm;
  const family = grantId !== undefined && isUuid(grantId) ? grantId : null;
  const [row] = await tx.$queryRaw<
    {
      revoked: boolean;
      application: ApplicationRow | null;
      grant: GrantRow | null;
      user: UserRow | null;
    }[]
  >`
    SELECT
      EXISTS (SELECT FROM revoked_access_tokens WHERE org_id = ${orgId}::uuid AND jti = ${jti})
        AS revoked,
      ${applicationJson(realm, clientId)} AS application,
      family.grant, family.user
    FROM (VALUES (1)) AS one
    LEFT JOIN (
      SELECT to_jsonb(grants) AS grant,
        CASE WHEN users.status = 'active' THEN to_jsonb(users) - 'password_hash' END AS user
      FROM grants JOIN users ON users.org_id = grants.org_id AND users.id = grants.user_id
      WHERE grants.org_id = ${orgId}::uuid AND grants.id = ${family}::uuid
        AND grants.mode = ${mode} AND users.mode = ${mode}
    ) AS family ON true`;
  if (row === undefined) throw new Error('a statement without a condition answers one row');
  return {
    revoked: row.revoked,
    application: row.application
      ? applicationOf(row.application, realm, new Date())
      : undefined,
    grant: row.grant ? grantOf(row.grant) : undefined,
    user: row.user ? userOf(row.user) : undefined,
  };
}

export async function findRefreshToken(
  tx: Tx,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): ReturnType<OAuthStore['findRefreshToken']> {
  const [row] = await tx.$queryRaw<
    (RefreshTokenRow & { consumed: boolean; grant: GrantRow })[]
  >`
    SELECT token.grant_id, token.issued_at, token.expires_at AS token_expires_at,
      token.consumed_at IS NOT NULL AS consumed, to_jsonb(grants) AS grant
    FROM refresh_tokens AS token
    JOIN grants ON grants.org_id = token.org_id AND grants.id = token.grant_id
    WHERE token.org_id = ${orgId}::uuid AND token.digest = ${digest} AND grants.mode = ${mode}`;
  return (
    row && {
      token: refreshTokenOf(digest, row),
      grant: grantOf(row.grant),
      consumed: row.consumed,
    }
  );
}
