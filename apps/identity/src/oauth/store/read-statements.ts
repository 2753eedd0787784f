import { type User } from '@nomo/oauth-engine';
import { validate as isUuid } from 'uuid';
import { type Asks, firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { type ApplicationRow, userOf, type UserRow } from './rows.js';

/** With its secrets, as one value of JSON. */
const APPLICATION = `
SELECT to_jsonb(application) || jsonb_build_object('secrets', (
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'digest', encode(secret.digest, 'hex'), 'expires_at', secret.expires_at)), '[]')
  FROM application_secrets AS secret
  WHERE secret.org_id = application.org_id AND secret.application_id = application.id
)) AS application
FROM applications AS application
WHERE application.org_id = $1::uuid AND application.id = $2
  AND application.mode = $3 AND application.disabled_at IS NULL`;

const USER = `
SELECT id, email, email_verified, name, updated_at FROM users
WHERE org_id = $1::uuid AND id = $2::uuid AND mode = $3 AND status = 'active'`;

/** Those of these names that may be used, in their order. */
export async function findApplicationRows(
  asks: Asks,
  { orgId, mode }: RealmKey,
  clientIds: readonly string[],
): Promise<ApplicationRow[]> {
  if (clientIds.length === 0) return [];
  const answers = await asks.ask(
    ...clientIds.map((id) => ({ text: APPLICATION, values: [orgId, id, mode] })),
  );
  return answers.flatMap(({ rows }) =>
    (rows as readonly { readonly application: ApplicationRow }[]).map(
      ({ application }) => application,
    ),
  );
}

/** One that may be used. */
export async function findApplicationRow(
  asks: Asks,
  realm: RealmKey,
  clientId: string,
): Promise<ApplicationRow | undefined> {
  const [row] = await findApplicationRows(asks, realm, [clientId]);
  return row;
}

/** An active user. */
export async function findUser(
  asks: Asks,
  { orgId, mode }: RealmKey,
  userId: string,
): Promise<User | undefined> {
  if (!isUuid(userId)) return undefined;
  const row = await firstRow<UserRow>(asks, USER, [orgId, userId, mode]);
  return row && userOf(row);
}
