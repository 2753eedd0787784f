import {
  type CodeConsumption,
  type DeviceCode,
  type DevicePoll,
  type OAuthTransaction,
} from '@nomo/oauth-engine';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { whyNotConsumed } from './code-statements.js';
import { authorizationOf, type AuthorizationJson } from './rows.js';

/** RFC 8628, section 3.5: by how many seconds `slow_down` lengthens the interval. */
const SLOW_DOWN_SECONDS = 5;

/** Whoever had the user code before has no use for it any more. */
const FREE_USER_CODE = `
DELETE FROM device_codes
WHERE org_id = $1::uuid AND user_code_digest = $2::bytea AND expires_at <= now()`;

const INSERT = `
INSERT INTO device_codes (org_id, digest, user_code_digest, mode, application_id, scopes,
  resources, interval_seconds, expires_at)
VALUES ($1::uuid, $2::bytea, $3::bytea, $4, $5,
  ARRAY(SELECT jsonb_array_elements_text($6::jsonb)),
  ARRAY(SELECT jsonb_array_elements_text($7::jsonb)), $8::integer, $9::timestamptz)
ON CONFLICT (org_id, user_code_digest) DO NOTHING
RETURNING digest`;

const FIND_WAITING = `
SELECT digest, application_id, scopes, resources, interval_seconds, expires_at
FROM device_codes
WHERE org_id = $1::uuid AND user_code_digest = $2::bytea AND mode = $3
  AND decided_at IS NULL AND expires_at > $4::timestamptz`;

const DECIDE = `
UPDATE device_codes SET decided_at = $4::timestamptz, "authorization" = $5::jsonb
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
  AND decided_at IS NULL AND expires_at > $4::timestamptz
RETURNING digest`;

/** One statement notes the poll and says what it found: of several polls at once each counts. */
const POLL = `
UPDATE device_codes AS code
SET last_polled_at = $5::timestamptz,
  interval_seconds = code.interval_seconds
    + CASE WHEN before.too_fast THEN ${SLOW_DOWN_SECONDS} ELSE 0 END
FROM (
  SELECT org_id, digest, coalesce(
    last_polled_at + make_interval(secs => interval_seconds) > $5::timestamptz, false
  ) AS too_fast
  FROM device_codes
  WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3 AND application_id = $4
    AND consumed_at IS NULL
  FOR UPDATE
) AS before
WHERE code.org_id = before.org_id AND code.digest = before.digest
RETURNING before.too_fast, code.expires_at, code.decided_at, code."authorization"`;

const CONSUME = `
UPDATE device_codes SET consumed_at = $4::timestamptz, grant_id = $5::uuid
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
  AND consumed_at IS NULL AND "authorization" IS NOT NULL AND expires_at > $4::timestamptz
RETURNING grant_id`;

const WHAT_BECAME_OF_IT = `
SELECT grant_id FROM device_codes
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3`;

/** @returns false where another device that still waits has this user code */
export async function insertDeviceCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  code: DeviceCode,
): Promise<boolean> {
  const { digest, userCodeDigest, clientId, intervalSeconds, expiresAt } = code;
  tx.put({ text: FREE_USER_CODE, values: [orgId, userCodeDigest] });
  const inserted = await firstRow(tx, INSERT, [
    orgId,
    digest,
    userCodeDigest,
    mode,
    clientId,
    JSON.stringify(code.scope),
    JSON.stringify(code.resources),
    intervalSeconds,
    expiresAt,
  ]);
  return inserted !== undefined;
}

interface WaitingRow {
  readonly digest: Uint8Array;
  readonly application_id: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly interval_seconds: number;
  readonly expires_at: Date;
}

/** One that waits for its user. */
export async function findDeviceCodeByUserCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  userCodeDigest: Uint8Array,
  now: Date,
): Promise<DeviceCode | undefined> {
  const values = [orgId, userCodeDigest, mode, now];
  const row = await firstRow<WaitingRow>(tx, FIND_WAITING, values);
  return (
    row && {
      digest: row.digest,
      userCodeDigest,
      clientId: row.application_id,
      scope: row.scopes,
      resources: row.resources,
      intervalSeconds: row.interval_seconds,
      expiresAt: row.expires_at,
    }
  );
}

/** @returns whether this call decided */
export async function decideDeviceCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  { digest, now, decision }: Parameters<OAuthTransaction['decideDeviceCode']>[0],
): Promise<boolean> {
  const authorization =
    decision.kind === 'approved' ? JSON.stringify(decision.authorization) : null;
  const decided = await firstRow(tx, DECIDE, [orgId, digest, mode, now, authorization]);
  return decided !== undefined;
}

interface PollRow {
  readonly too_fast: boolean;
  readonly expires_at: Date;
  readonly decided_at: Date | null;
  readonly authorization: AuthorizationJson | null;
}

export async function pollDeviceCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly clientId: string; readonly now: Date },
): Promise<DevicePoll | undefined> {
  const { digest, clientId, now } = of;
  const row = await firstRow<PollRow>(tx, POLL, [orgId, digest, mode, clientId, now]);
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
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly now: Date; readonly grantId: string },
): Promise<CodeConsumption | undefined> {
  const key = [orgId, of.digest, mode];
  const consumed = await firstRow(tx, CONSUME, [...key, of.now, of.grantId]);
  if (consumed !== undefined) return { outcome: 'consumed' };
  return whyNotConsumed(await firstRow(tx, WHAT_BECAME_OF_IT, key));
}
