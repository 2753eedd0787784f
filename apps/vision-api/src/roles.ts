/**
 * The functions of the service. Each signs in to PostgreSQL as a role of its own, which the
 * migrations create and which may do what its function needs.
 */
export const ROLES = [
  'vision',
  'keys',
  'billing',
  'webhook',
  'admin',
  'console',
  'worker',
] as const;

export type Role = (typeof ROLES)[number];

/** What a process may be told to be: one function, or all that answer HTTP. */
export const SERVICE_ROLES = ['all', ...ROLES] as const;

export type ServiceRole = (typeof SERVICE_ROLES)[number];

/** What PostgreSQL calls a role. */
export function databaseRoleOf(role: Role): `nomosly_${Role}` {
  return `nomosly_${role}`;
}

/** The environment variable that says how a role signs in. */
export function urlVariableOf(role: Role): `DATABASE_URL_${Uppercase<Role>}` {
  return `DATABASE_URL_${role.toUpperCase() as Uppercase<Role>}`;
}

/** The roles that an HTTP process of this sort acts in; `undefined` where it has no routes. */
export function rolesOfApi(serviceRole: ServiceRole): readonly Role[] | undefined {
  switch (serviceRole) {
    case 'all':
      return ROLES.filter((role) => role !== 'worker');
    case 'vision':
      return ['vision'];
    case 'billing':
      // Its callers show an API key, which is the gate's to read.
      return ['billing', 'vision'];
    case 'console':
      // It makes keys, shows what they were used for, and lets images be tried.
      return ['console', 'keys', 'billing', 'vision'];
    case 'keys':
    case 'webhook':
    case 'admin':
    case 'worker':
      return undefined;
  }
}

/** The same for a process that works off queues. */
export function rolesOfWorker(serviceRole: ServiceRole): readonly Role[] | undefined {
  return serviceRole === 'all' || serviceRole === 'worker' ? ['worker'] : undefined;
}
