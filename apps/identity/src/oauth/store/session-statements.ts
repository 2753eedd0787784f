import { type Application, type OAuthTransaction } from '@nomo/oauth-engine';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { validate as isUuid } from 'uuid';
import { firstRow, rowsOf } from '../../database/pipelines.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { findApplicationRows } from './read-statements.js';
import { applicationOf } from './rows.js';

const END = `
UPDATE sessions SET revoked_at = $5::timestamptz, revoked_reason = 'signed_out'
WHERE org_id = $1::uuid AND id = $2::uuid AND mode = $3 AND user_id = $4::uuid
  AND revoked_at IS NULL AND expires_at > $5::timestamptz
RETURNING id`;

const APPLICATIONS = `
SELECT DISTINCT application_id FROM grants
WHERE org_id = $1::uuid AND mode = $2 AND session_id = $3::uuid
ORDER BY application_id`;

/** @returns false where no session of this user lives under this name */
export async function endSession(
  tx: PipelinedTransaction,
  { orgId, mode }: RealmKey,
  of: Parameters<OAuthTransaction['endSession']>[0],
): Promise<boolean> {
  const { sessionId, userId, now } = of;
  if (!isUuid(sessionId) || !isUuid(userId)) return false;
  const ended = await firstRow(tx, END, [orgId, sessionId, mode, userId, now]);
  return ended !== undefined;
}

/** The applications that got a grant of the session, dead or alive. */
export async function findApplicationsOfSession(
  tx: PipelinedTransaction,
  realm: Realm,
  sessionId: string,
): Promise<Application[]> {
  if (!isUuid(sessionId)) return [];
  const { orgId, mode } = realm;
  const rows = await rowsOf<{ application_id: string }>(tx, APPLICATIONS, [
    orgId,
    mode,
    sessionId,
  ]);
  const clientIds = rows.map((row) => row.application_id);
  const applications = await findApplicationRows(tx, realm, clientIds);
  return applications.map((row) => applicationOf(row, realm, new Date()));
}
