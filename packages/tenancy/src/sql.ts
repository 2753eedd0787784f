import { InvalidIdentifier } from './errors.js';

/** A table privilege of PostgreSQL that a runtime role may be given. */
export type GrantedVerb = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** What a role may do to a table. */
export interface Grant {
  readonly role: string;
  readonly table: string;
  readonly verbs: readonly GrantedVerb[];
  /** Bounds SELECT, INSERT and UPDATE to these columns; all of them unless given. */
  readonly columns?: readonly string[];
}

/**
 * The condition that lets the rows of the transaction's tenant through, and none while no
 * tenant is set: `withTenant` sets `app.tenant_id`, and a setting that was once made in a
 * connection reads as '' in its later transactions.
 *
 * @throws InvalidIdentifier
 */
export function tenantPredicate(tenantColumn: string): string {
  return `${quoted(tenantColumn)} = nullif(current_setting('app.tenant_id', true), '')::uuid`;
}

/**
 * SQL that puts a table under row-level security, its owner too: every role sees and writes
 * the rows of the transaction's tenant, the system role those of all.
 *
 * @throws InvalidIdentifier
 */
export function tenantPolicy(options: {
  readonly table: string;
  /** A column of type `uuid`, not null, first in the primary key and every unique key. */
  readonly tenantColumn: string;
  readonly systemRole: string;
}): string {
  const table = quoted(options.table);
  const predicate = tenantPredicate(options.tenantColumn);
  return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON ${table}
    USING (${predicate})
    WITH CHECK (${predicate});
CREATE POLICY "system" ON ${table} TO ${quoted(options.systemRole)} USING (true) WITH CHECK (true);
`;
}

/**
 * SQL that creates a login role which owns nothing and may do nothing yet, unless it is
 * there already. Roles belong to the whole server: two databases may create one at once,
 * and one that is there may serve another database, so it is left as it is; `checkTenancy`
 * refuses one that may do too much. It has no password: whoever deploys gives it one.
 *
 * @throws InvalidIdentifier
 */
export function runtimeRole(name: string): string {
  return `DO $$ BEGIN
    CREATE ROLE ${quoted(name)} LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
`;
}

/**
 * SQL that takes from PUBLIC, which every role is part of, what it has on the tables,
 * sequences and functions of the schema `public`, and lets the roles see that schema. The
 * migrations have to say so: `prisma migrate reset` drops the schema with all grants on it.
 * Belongs after what creates the functions.
 *
 * @throws InvalidIdentifier
 */
export function schemaGrants(roles: readonly string[]): string {
  return `REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ${roles.map(quoted).join(', ')};
`;
}

/**
 * SQL that lets a role do something to a table, or to some of its columns.
 *
 * @throws InvalidIdentifier; RangeError when there are no verbs, or columns with DELETE,
 *   which PostgreSQL knows for whole rows only
 */
export function grant({ role, table, verbs, columns }: Grant): string {
  if (verbs.length === 0) throw new RangeError(`Nothing is granted on ${table} to ${role}`);
  if (columns !== undefined && (columns.length === 0 || verbs.includes('DELETE'))) {
    throw new RangeError(`A grant of columns on ${table} needs columns, and cannot be DELETE`);
  }
  const part = columns === undefined ? '' : ` (${columns.map(quoted).join(', ')})`;
  const privileges = verbs.map((verb) => `${verb}${part}`).join(', ');
  return `GRANT ${privileges} ON ${quoted(table)} TO ${quoted(role)};\n`;
}

/** Names are quoted and bounded to what needs no escape, in a `DO` block either. */
function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(name)) throw new InvalidIdentifier(name);
  return `"${name}"`;
}
