import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

import { withClient } from './client.ts';
import { roleConnection, rolePassword, scramVerifier } from './role-password.ts';

const INVALID_PASSWORD = '28P01';
const INVALID_AUTHORIZATION = '28000';
const INTERNAL_ERROR = 'XX000';

/** Each lost race is somebody else's success, so a second look is nearly always the last. */
const ATTEMPTS = 10;

/** Any number will do, as long as nothing else on the server uses it. */
const ROLES_LOCK = 0x72_6f_6c_65;

/**
 * Makes sure that roles can sign in to a database with the passwords that are derived for
 * them. Nothing is changed for those that can already. Roles that do not exist are left
 * out: creating them is up to the migrations.
 *
 * @param ownerUrl the database, signed in as somebody who may alter the roles
 * @returns the roles that exist
 */
export async function ensureRoles(
  ownerUrl: string,
  roles: readonly string[],
): Promise<string[]> {
  if (roles.length === 0) return [];
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ rolname: string }>(
      'select rolname from pg_roles where rolname = any($1) order by rolname',
      [roles],
    );
    const existing = rows.map((row) => row.rolname);
    const closed: string[] = [];
    for (const role of existing) {
      if (!(await canSignIn(roleConnection(ownerUrl, role)))) closed.push(role);
    }
    for (const role of closed) await open(client, ownerUrl, role);
    return existing;
  });
}

/**
 * Lets a role sign in. Others may be doing the same: those in this database wait for the
 * lock, which does not reach into other databases of the server; there, the one that comes
 * second is told by PostgreSQL and looks again.
 */
async function open(client: Client, ownerUrl: string, role: string): Promise<void> {
  const url = roleConnection(ownerUrl, role);
  await client.query('select pg_advisory_lock($1)', [ROLES_LOCK]);
  try {
    for (let attempt = 1; !(await canSignIn(url)); attempt += 1) {
      try {
        await client.query(await alterRole(ownerUrl, role));
      } catch (error) {
        if (!isConcurrentUpdate(error) || attempt === ATTEMPTS) throw error;
        continue;
      }
      if (await canSignIn(url)) return;
      if (attempt === ATTEMPTS) {
        throw new Error(`The role ${role} has its password and PostgreSQL does not let it in`);
      }
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ROLES_LOCK]);
  }
}

async function alterRole(ownerUrl: string, role: string): Promise<string> {
  const password = rolePassword(ownerUrl, role);
  const clause =
    password === undefined ? '' : ` password ${escapeLiteral(await scramVerifier(password))}`;
  return `alter role ${escapeIdentifier(role)} login${clause}`;
}

async function canSignIn(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (
      error instanceof DatabaseError &&
      (error.code === INVALID_PASSWORD || error.code === INVALID_AUTHORIZATION)
    ) {
      return false;
    }
    throw error;
  } finally {
    await client.end();
  }
}

/** Another transaction has changed the role between our reading and writing its row. */
function isConcurrentUpdate(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === INTERNAL_ERROR &&
    error.message.includes('tuple concurrently updated')
  );
}
