import { type TenancyFinding } from '../../rules.js';
import { type Catalog, type CatalogRole } from '../catalog.js';

/** What a runtime role may not be: each of these goes around the policies or undoes them. */
export function roleFindings(catalog: Catalog, roles: readonly string[]): TenancyFinding[] {
  return roles.flatMap((name) => {
    const role = catalog.roles.find((candidate) => candidate.name === name);
    if (role !== undefined) return findingsOf(role);
    return [{ kind: 'role-missing', subject: name, message: `There is no role ${name}.` }];
  });
}

function findingsOf(role: CatalogRole): TenancyFinding[] {
  const { name } = role;
  const found: TenancyFinding[] = [];
  const add = (kind: TenancyFinding['kind'], is: string): void => {
    found.push({ kind, subject: name, message: `The runtime role ${name} ${is}.` });
  };
  if (role.superuser) add('role-superuser', 'is a superuser');
  if (role.bypassesPolicies) add('role-bypasses-policies', 'has BYPASSRLS');
  if (role.createsRoles) add('role-creates-roles', 'may create roles');
  if (role.createsDatabases) add('role-creates-databases', 'may create databases');
  if (role.replicates) add('role-replicates', 'may replicate the whole server');
  for (const other of role.memberOf) add('role-is-member', `is a member of ${other}`);
  for (const object of role.owns) add('role-owns', `owns ${object}`);
  // A superuser may everything; that has been said.
  if (!role.superuser) {
    for (const place of role.createsIn) {
      add('role-creates-objects', `may create objects in the ${place}`);
    }
  }
  return found;
}
