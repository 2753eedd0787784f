import { type Application, type OAuthTransaction } from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { type Tx } from '../../database/database.js';
import { asksOf } from '../../database/pipelines.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { findApplicationRow } from './read-statements.js';
import { applicationOf } from './rows.js';

/** @returns false where no session of this user lives under this name */
export async function endSession(
  tx: Tx,
  { orgId, mode }: RealmKey,
  of: Parameters<OAuthTransaction['endSession']>[0],
): Promise<boolean> {
  const { sessionId, userId, now } = of;
  if (!isUuid(sessionId) || !isUuid(userId)) return false;
  const count = await tx.$executeRaw`
    UPDATE sessions SET revoked_at = ${now}, revoked_reason = 'signed_out'
    WHERE org_id = ${orgId}::uuid AND id = ${sessionId}::uuid AND mode = ${mode}
      AND user_id = ${userId}::uuid AND revoked_at IS NULL AND expires_at > ${now}`;
  return count === 1;
}

/** The applications that got a grant of the session, dead or alive. */
export async function findApplicationsOfSession(
  tx: Tx,
  realm: Realm,
  sessionId: string,
): Promise<Application[]> {
  if (!isUuid(sessionId)) return [];
  const { orgId, mode } = realm;
  const rows = await tx.$queryRaw<{ application_id: string }[]>`
    SELECT DISTINCT application_id FROM grants
    WHERE org_id = ${orgId}::uuid AND mode = ${mode} AND session_id = ${sessionId}::uuid
    ORDER BY application_id`;
  const applications: Application[] = [];
  for (const { application_id: clientId } of rows) {
    const row = await findApplicationRow(asksOf(tx), realm, clientId);
    if (row !== undefined) applications.push(applicationOf(row, realm, new Date()));
  }
  return applications;
}
