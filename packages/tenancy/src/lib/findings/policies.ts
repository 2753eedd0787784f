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
    const { name, roles } = policy;
    const table = catalog.tables.find((candidate) => candidate.name === policy.table);
    const column = rules.tenantTables[table?.root ?? ''];
    if (table === undefined || column === undefined || !policy.permissive) return [];
    const reached = roles.filter((role) => role === 'PUBLIC' || bound.includes(role));
    if (reached.length === 0 || holdsToTenant(policy, table.columns[column]?.quoted)) return [];
    const shown = `USING (${policy.using ?? ''}) WITH CHECK (${policy.check ?? ''})`;
    return [
      {
        kind: 'policy-wrong',
        subject: `${table.name}.${name}`,
        message: `The policy ${name} of the table ${table.name} lets ${reached.join(', ')} through by another condition than the tenant's: ${shown}.`,
      },
    ];
  });
}

function holdsToTenant(
  { command, using, check }: CatalogPolicy,
  column: string | undefined,
): boolean {
  // As PostgreSQL spells it.
  const tenants = `(${column ?? ''} = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)`;
  // Without WITH CHECK, what may be written is what may be seen.
  if (command === '*' || command === 'w') {
    return using === tenants && (check === null || check === tenants);
  }
  return (command === 'a' ? check : using) === tenants;
}
