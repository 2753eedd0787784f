import {
  type CodeConsumption,
  type DeviceCode,
  type DevicePoll,
  type OAuthTransaction,
} from '@nomo/oauth-engine';
import { type Tx } from '../../database/database.js';
import { type RealmKey } from '../../realms/realm.js';
import { whyNotConsumed } from './code-statements.js';
import { authorizationOf, type AuthorizationJson } from './rows.js';

/** RFC 8628, section 3.5: by how many seconds `slow_down` lengthens the interval. */
const SLOW_DOWN_SECONDS = 5;

/** @returns false where another device that still waits has this user code */
export async function insertDeviceCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  code: DeviceCode,
): Promise<boolean> {
  const { digest, userCodeDigest, clientId, intervalSeconds, expiresAt } = code;
  // Whoever had it before has no use for it any more.
  await tx.$executeRaw`
    DELETE FROM device_codes
    WHERE org_id = ${orgId}::uuid AND user_code_digest = ${userCodeDigest} AND expires_at <= now()`;
  const count = await tx.$executeRaw`
    INSERT INTO device_codes (org_id, digest, user_code_digest, mode, application_id, scopes,
      resources, interval_seconds, expires_at)
    VALUES (${orgId}::uuid, ${digest}, ${userCodeDigest}, ${mode}, ${clientId},
      ${[...code.scope]}::text[], ${[...code.resources]}::text[], ${intervalSeconds}, ${expiresAt})
    ON CONFLICT (org_id, user_code_digest) DO NOTHING`;
  return count === 1;
}

/** One that waits for its user. */
export async function findDeviceCodeByUserCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  userCodeDigest: Uint8Array,
  now: Date,
): Promise<DeviceCode | undefined> {
  const row = await tx.deviceCode.findUnique({
    where: {
      orgId_userCodeDigest: { orgId, userCodeDigest: Uint8Array.from(userCodeDigest) },
      mode,
      decidedAt: null,
      expiresAt: { gt: now },
    },
  });
  if (row === null) return undefined;
  return {
    digest: row.digest,
    userCodeDigest: row.userCodeDigest,
    clientId: row.applicationId,
    scope: row.scopes,
    resources: row.resources,
    intervalSeconds: row.intervalSeconds,
    expiresAt: row.expiresAt,
  };
}

/** @returns whether this call decided */
export async function decideDeviceCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  { digest, now, decision }: Parameters<OAuthTransaction['decideDeviceCode']>[0],
): Promise<boolean> {
  const authorization =
    decision.kind === 'approved' ? JSON.stringify(decision.authorization) : null;
  const count = await tx.$executeRaw`
    UPDATE device_codes SET decided_at = ${now}, "authorization" = ${authorization}::jsonb
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
      AND decided_at IS NULL AND expires_at > ${now}`;
  return count === 1;
}

/** One statement notes the poll and says what it found: of several polls at once each counts. */
export async function pollDeviceCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly clientId: string; readonly now: Date },
): Promise<DevicePoll | undefined> {
  const { digest, clientId, now } = of;
  const [row] = await tx.$queryRaw<
    {
      too_fast: boolean;
      expires_at: Date;
      decided_at: Date | null;
      authorization: AuthorizationJson | null;
    }[]
  >`
    UPDATE device_codes AS code
    SET last_polled_at = ${now},
      interval_seconds = code.interval_seconds
        + CASE WHEN before.too_fast THEN ${SLOW_DOWN_SECONDS}::integer ELSE 0 END
    FROM (
      SELECT org_id, digest, coalesce(
        last_polled_at + make_interval(secs => interval_seconds) > ${now}, false) AS too_fast
      FROM device_codes
      WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
        AND application_id = ${clientId} AND consumed_at IS NULL
      FOR UPDATE
    ) AS before
    WHERE code.org_id = before.org_id AND code.digest = before.digest
    RETURNING before.too_fast, code.expires_at, code.decided_at, code."authorization"`;
  if (row === undefined) return undefined;
  if (row.expires_at <= now) return { outcome: 'expired' };
  if (row.too_fast) return { outcome: 'too_fast' };
  if (row.decided_at === null) return { outcome: 'pending' };
  return row.authorization === null
    ? { outcome: 'denied' }
    : { outcome: 'approved', authorization: authorizationOf(row.authorization) };
}

/** As `consumeAuthorizationCode`, for a device whose user has said yes. */
export async function consumeDeviceCode(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly now: Date; readonly grantId: string },
): Promise<CodeConsumption | undefined> {
  const { digest, now, grantId } = of;
  const [consumed] = await tx.$queryRaw<{ grant_id: string }[]>`
    UPDATE device_codes SET consumed_at = ${now}, grant_id = ${grantId}::uuid
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
      AND consumed_at IS NULL AND "authorization" IS NOT NULL AND expires_at > ${now}
    RETURNING grant_id`;
  if (consumed !== undefined) return { outcome: 'consumed' };
  const [row] = await tx.$queryRaw<{ grant_id: string | null }[]>`
    SELECT grant_id FROM device_codes
    WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}`;
  return whyNotConsumed(row);
}
