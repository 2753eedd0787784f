import { TenancyViolation } from './errors.js';
import { readCatalog } from './lib/catalog.js';
import { grantFindings } from './lib/findings/grants.js';
import { keyFindings } from './lib/findings/keys.js';
import { ownersRightsFindings } from './lib/findings/owners-rights.js';
import { policyFindings } from './lib/findings/policies.js';
import { roleFindings } from './lib/findings/roles.js';
import { tableFindings } from './lib/findings/tables.js';
import { type CatalogQuery, type TenancyFinding, type TenancyRules } from './rules.js';

/**
 * Walks the live catalog of the database that `query` asks, in one round trip.
 *
 * @returns everything that would let a service see or touch another tenant's rows; nothing
 *   when all is well
 */
export async function checkTenancy(
  query: CatalogQuery,
  rules: TenancyRules,
): Promise<TenancyFinding[]> {
  const roles = [...new Set([...rules.runtimeRoles, rules.systemRole])];
  const catalog = await readCatalog(query, roles);
  return [
    ...roleFindings(catalog, roles),
    ...tableFindings(catalog, rules),
    ...policyFindings(catalog, rules, roles),
    ...keyFindings(catalog, rules),
    ...grantFindings(catalog, rules),
    ...ownersRightsFindings(catalog, rules),
  ];
}

/**
 * As `checkTenancy`, for the start of a service: a database that does not keep tenants
 * apart is not served from.
 *
 * @throws TenancyViolation that names every finding
 */
export async function assertTenancy(query: CatalogQuery, rules: TenancyRules): Promise<void> {
  const findings = await checkTenancy(query, rules);
  if (findings.length > 0) throw new TenancyViolation(findings);
}
