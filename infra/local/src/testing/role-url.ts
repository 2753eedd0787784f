import { roleConnection } from '../postgres/role-password.ts';
import { ensureRoles } from '../postgres/roles.ts';

/**
 * How a database role signs in to a test's database. The role is given its password when
 * it has none yet, so this may be called as often, and by as many at once, as one likes.
 *
 * @param databaseUrl the database, signed in as the superuser: `url` of a test database, or
 *   a database of a private server's `adminUrl`
 * @param role a role that the migrations have created
 * @returns its connection string for that database
 * @throws Error when there is no such role
 */
export async function roleUrl(databaseUrl: string, role: string): Promise<string> {
  const existing = await ensureRoles(databaseUrl, [role]);
  if (existing.length === 0) {
    throw new Error(`There is no database role ${role}: have the migrations run?`);
  }
  return roleConnection(databaseUrl, role);
}
