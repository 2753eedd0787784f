import { type TenancyFinding, type TenancyRules } from '../../rules.js';
import { type Catalog } from '../catalog.js';

/**
 * Keys are kept past the policies: a unique key across tenants tells one that another has
 * the same value, and a foreign key across tenants that a row exists.
 */
export function keyFindings(catalog: Catalog, rules: TenancyRules): TenancyFinding[] {
  const { tenantTables, crossTenantKeys = {} } = rules;
  const found: TenancyFinding[] = [];
  const used = new Set<string>();
  const add = (kind: TenancyFinding['kind'], subject: string, message: string): void => {
    if (Object.hasOwn(crossTenantKeys, subject)) used.add(subject);
    else found.push({ kind, subject, message });
  };
  for (const { table, root, name, firstColumn } of catalog.keys) {
    const column = tenantTables[root];
    if (column === undefined || firstColumn === column) continue;
    const message = `The unique key ${name} of the table ${table} begins with ${firstColumn ?? 'an expression'}, not with the tenant column ${column}.`;
    add('key-across-tenants', name, message);
  }
  for (const { table, root, name, target, columns, targetColumns } of catalog.foreignKeys) {
    const column = tenantTables[root];
    const targetColumn = tenantTables[target];
    if (column === undefined || targetColumn === undefined) continue;
    if (columns.some((from, at) => from === column && targetColumns[at] === targetColumn)) {
      continue;
    }
    const message = `The foreign key ${name} of the table ${table} does not hold the tenant column ${column} to ${target}.${targetColumn}.`;
    add('foreign-key-across-tenants', name, message);
  }
  for (const table of catalog.tables) {
    if (!Object.hasOwn(tenantTables, table.name)) continue;
    if (catalog.keys.some((key) => key.table === table.name && key.primary)) continue;
    const message = `The table ${table.name} has no primary key.`;
    found.push({ kind: 'key-missing', subject: table.name, message });
  }
  for (const name of Object.keys(crossTenantKeys)) {
    if (used.has(name)) continue;
    const message = `The rules exempt the key ${name}, which crosses no tenants or is gone.`;
    found.push({ kind: 'exemption-unused', subject: name, message });
  }
  return found;
}
