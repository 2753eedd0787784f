import { type Client } from 'pg';
import { type Realm } from '../../src/realms/realm.js';
import { type User } from '../../src/users/user.js';

/** Why each session of a user ended, if it has, in the order in which they began. */
export async function sessionsOf(
  owner: Client,
  user: User,
): Promise<{ revoked_reason: string | null }[]> {
  const { rows } = await owner.query<{ revoked_reason: string | null }>(
    'SELECT revoked_reason FROM sessions WHERE user_id = $1 ORDER BY created_at',
    [user.id],
  );
  return rows;
}

/** How often what is on its way to the audit trail says that they have signed in. */
export async function signInsOf(
  owner: Client,
  { orgId }: Pick<Realm, 'orgId'>,
  user: User,
): Promise<number> {
  const { rowCount } = await owner.query(
    `SELECT 1 FROM audit_outbox WHERE tenant_id = $1 AND body::text LIKE $2
       AND body::text LIKE '%user.signed_in%'`,
    [orgId, `%${user.id}%`],
  );
  return rowCount ?? 0;
}
