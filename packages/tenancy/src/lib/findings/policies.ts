import { type TenancyFinding, type TenancyRules } from '../../rules.js';
import { type Catalog, type CatalogPolicy } from '../catalog.js';

/**
 * Permissive policies add up: one that lets too much through undoes all others. So each
 * that applies to a runtime role has to be the tenant's, but for the system role's own.
 * Restrictive policies only ever take away, and policies for roles that no service signs in
 * as (the owner, inside of a trigger) open nothing to a service.
 */
export function policyFindings(
  catalog: Catalog,
  rules: TenancyRules,
  runtimeRoles: readonly string[],
): TenancyFinding[] {
  const bound = runtimeRoles.filter((role) => role !== rules.systemRole);
  return catalog.policies.flatMap((policy): TenancyFinding[] => {
    const { table, name, roles } = policy;
    const root = catalog.tables.find((candidate) => candidate.name === table)?.root ?? table;
    const column = rules.tenantTables[root];
    if (column === undefined || !policy.permissive) return [];
    const reached = roles.filter((role) => role === 'PUBLIC' || bound.includes(role));
    if (reached.length === 0 || holdsToTenant(policy, column)) return [];
    const shown = `USING (${policy.using ?? ''}) WITH CHECK (${policy.check ?? ''})`;
    return [
      {
        kind: 'policy-wrong',
        subject: `${table}.${name}`,
        message: `The policy ${name} of the table ${table} lets ${reached.join(', ')} through by another condition than the tenant's: ${shown}.`,
      },
    ];
  });
}

function holdsToTenant({ command, using, check }: CatalogPolicy, column: string): boolean {
  const expected = asPostgresSpellsIt(column);
  const isTenants = (expression: string | null): boolean => expression === expected;
  // Without WITH CHECK, what may be written is what may be seen.
  if (command === '*' || command === 'w') {
    return isTenants(using) && (check === null || isTenants(check));
  }
  return command === 'a' ? isTenants(check) : isTenants(using);
}

function asPostgresSpellsIt(column: string): string {
  // PostgreSQL quotes what is not plain lowercase. A keyword would be quoted too; such a
  // column is reported, and is better named otherwise.
  const name = /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
  return `(${name} = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)`;
}
