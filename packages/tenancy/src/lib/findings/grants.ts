import { type TenancyFinding, type TenancyRules } from '../../rules.js';
import { type Catalog, type CatalogGrant } from '../catalog.js';
import { infrastructure } from './tables.js';

/** Not subject to row-level security, or good for running code as somebody else. */
const BEYOND_POLICIES: ReadonlySet<string> = new Set([
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
  'MAINTAIN',
]);

/** Grants that no policy can make good. */
export function grantFindings(catalog: Catalog, rules: TenancyRules): TenancyFinding[] {
  const partitions = new Map(
    catalog.tables
      .filter(({ isPartition }) => isPartition)
      .map(({ name, root }) => [name, root]),
  );
  return catalog.grants.flatMap((given): TenancyFinding[] => {
    const subject = given.column === null ? given.on : `${given.on}.${given.column}`;
    const found: TenancyFinding[] = [];
    const add = (kind: TenancyFinding['kind'], message: string): void => {
      found.push({
        kind,
        subject,
        message: `${given.role} has ${given.verb} on ${subject}${message}.`,
      });
    };
    if (given.role === 'PUBLIC') add('public-granted', ', and so has every role there will be');
    if (given.passedOn) add('grant-passed-on', ' and may pass it on');
    if (isTable(given) && BEYOND_POLICIES.has(given.verb)) {
      add('grant-beyond-policies', ', which no policy bounds');
    }
    if (given.kind === 'm') add('materialized-view-granted', ', which policies do not reach');
    if (infrastructure.has(given.on)) add('infrastructure-granted', ", a migration tool's own");
    const root = partitions.get(given.on);
    if (root !== undefined && Object.hasOwn(rules.tenantTables, root)) {
      add('partition-granted', `, where the policies of ${root} do not hold`);
    }
    return found;
  });
}

function isTable({ kind }: CatalogGrant): boolean {
  return kind === 'r' || kind === 'p' || kind === 'f';
}
