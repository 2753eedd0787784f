import { type TenancyFinding, type TenancyRules } from '../../rules.js';
import { type Catalog, type CatalogTable } from '../catalog.js';

/** Tables of the tools that make the schema; no runtime role has any business there. */
export const infrastructure: ReadonlySet<string> = new Set(['_prisma_migrations']);

/** Every table is named in the rules, and those of tenants are under forced policies. */
export function tableFindings(catalog: Catalog, rules: TenancyRules): TenancyFinding[] {
  const found: TenancyFinding[] = [];
  const there = new Set(catalog.tables.map(({ name }) => name));
  for (const name of [...Object.keys(rules.tenantTables), ...Object.keys(rules.exemptTables)]) {
    if (there.has(name)) continue;
    const message = `The rules name the table ${name}, and there is none.`;
    found.push({ kind: 'table-missing', subject: name, message });
  }
  for (const name of Object.keys(rules.tenantTables)) {
    if (!Object.hasOwn(rules.exemptTables, name)) continue;
    const message = `The rules name the table ${name} as a tenant's and as exempt.`;
    found.push({ kind: 'table-named-twice', subject: name, message });
  }
  for (const table of catalog.tables) {
    if (Object.hasOwn(rules.tenantTables, table.root)) {
      if (!table.isPartition) found.push(...tenantTableFindings(catalog, rules, table));
    } else if (
      !Object.hasOwn(rules.exemptTables, table.root) &&
      !infrastructure.has(table.root)
    ) {
      const message = `The table ${table.name} is not named in the rules: it belongs to tenants, or has a reason why not.`;
      found.push({ kind: 'table-unnamed', subject: table.name, message });
    }
  }
  return found;
}

function tenantTableFindings(
  catalog: Catalog,
  { tenantTables }: TenancyRules,
  table: CatalogTable,
): TenancyFinding[] {
  const found: TenancyFinding[] = [];
  const add = (kind: TenancyFinding['kind'], message: string): void => {
    found.push({ kind, subject: table.name, message });
  };
  const columnName = tenantTables[table.name] ?? '';
  const column = table.columns[columnName];
  if (column?.type !== 'uuid' || !column.notNull) {
    add(
      'tenant-column',
      `The tenant column ${columnName} of the table ${table.name} ${column === undefined ? 'is missing' : 'is not a uuid that is never null'}.`,
    );
  }
  if (!table.policiesEnabled) {
    add(
      'policies-not-enabled',
      `Row-level security of the table ${table.name} is not enabled (ENABLE ROW LEVEL SECURITY).`,
    );
  }
  if (!table.policiesForced) {
    add(
      'policies-not-forced',
      `Row-level security of the table ${table.name} does not hold for its owner (FORCE ROW LEVEL SECURITY).`,
    );
  }
  if (!catalog.policies.some((policy) => policy.table === table.name && policy.permissive)) {
    add('policy-missing', `The table ${table.name} has no policy.`);
  }
  return found;
}
