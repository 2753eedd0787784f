import {
  type AuthorizationCode,
  type CodeConsumption,
  type PushedRequest,
} from '@nomo/oauth-engine';
import { type PipelinedTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type Asks, firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { authorizationOf, type AuthorizationJson } from './rows.js';

const INSERT_PUSHED = `
INSERT INTO pushed_requests (org_id, digest, mode, application_id, parameters, expires_at)
VALUES ($1::uuid, $2::bytea, $3, $4, $5::jsonb, $6::timestamptz)`;

/** One statement decides who gets the request: of several at once, one. */
const CONSUME_PUSHED = `
UPDATE pushed_requests SET consumed_at = $5::timestamptz
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3 AND application_id = $4
  AND consumed_at IS NULL AND expires_at > $5::timestamptz
RETURNING parameters, expires_at`;

const INSERT_CODE = `
INSERT INTO authorization_codes (org_id, digest, mode, application_id, "authorization",
  redirect_uri, code_challenge, dpop_jkt, expires_at)
VALUES ($1::uuid, $2::bytea, $3, $4, $5::jsonb, $6, $7, $8, $9::timestamptz)`;

const FIND_CODE = `
SELECT "authorization", redirect_uri, code_challenge, dpop_jkt, expires_at
FROM authorization_codes WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3`;

/** One statement decides who redeems the code. Whoever comes while another does waits for their commit. */
const CONSUME_CODE = `
UPDATE authorization_codes SET consumed_at = $4::timestamptz, grant_id = $5::uuid
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
  AND consumed_at IS NULL AND expires_at > $4::timestamptz
RETURNING grant_id`;

/** By a statement of its own: it sees what was committed while the one before waited. */
const WHAT_BECAME_OF_CODE = `
SELECT grant_id FROM authorization_codes
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3`;

export async function insertPushedRequest(
  tx: WritingTransaction,
  { orgId, mode }: RealmKey,
  { digest, clientId, parameters, expiresAt }: PushedRequest,
): Promise<void> {
  const values = [orgId, digest, mode, clientId, JSON.stringify(parameters), expiresAt];
  await writeBehind(tx, INSERT_PUSHED, values);
}

export async function consumePushedRequest(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly clientId: string; readonly now: Date },
): Promise<PushedRequest | undefined> {
  const { digest, clientId, now } = of;
  const row = await firstRow<{ parameters: PushedRequest['parameters']; expires_at: Date }>(
    tx,
    CONSUME_PUSHED,
    [orgId, digest, mode, clientId, now],
  );
  return row && { digest, clientId, parameters: row.parameters, expiresAt: row.expires_at };
}

export async function insertAuthorizationCode(
  tx: WritingTransaction,
  { orgId, mode }: RealmKey,
  code: AuthorizationCode,
): Promise<void> {
  const { digest, authorization, redirectUri, codeChallenge, dpopJkt, expiresAt } = code;
  const values = [
    orgId,
    digest,
    mode,
    authorization.clientId,
    JSON.stringify(authorization),
    redirectUri,
    codeChallenge,
    dpopJkt ?? null,
    expiresAt,
  ];
  await writeBehind(tx, INSERT_CODE, values);
}

interface CodeRow {
  readonly authorization: AuthorizationJson;
  readonly redirect_uri: string;
  readonly code_challenge: string;
  readonly dpop_jkt: string | null;
  readonly expires_at: Date;
}

export async function findAuthorizationCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): Promise<AuthorizationCode | undefined> {
  const row = await firstRow<CodeRow>(tx, FIND_CODE, [orgId, digest, mode]);
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

export async function consumeAuthorizationCode(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: { readonly digest: Uint8Array; readonly now: Date; readonly grantId: string },
): Promise<CodeConsumption | undefined> {
  const key = [orgId, of.digest, mode];
  const consumed = await firstRow(tx, CONSUME_CODE, [...key, of.now, of.grantId]);
  if (consumed !== undefined) return { outcome: 'consumed' };
  return whyNotConsumed(await firstRow(tx, WHAT_BECAME_OF_CODE, key));
}

/** Whether tokens have come of a code. */
export async function isCodeRedeemed(
  asks: Asks,
  { orgId, mode }: RealmKey,
  digest: Uint8Array,
): Promise<boolean> {
  const row = await firstRow<{ readonly grant_id: string | null }>(asks, WHAT_BECAME_OF_CODE, [
    orgId,
    digest,
    mode,
  ]);
  return typeof row?.grant_id === 'string';
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
