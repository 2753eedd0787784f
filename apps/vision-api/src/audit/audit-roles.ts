import { type AuditRoles } from '@nomo/audit';
import { databaseRoleOf } from '../roles.js';

/**
 * Who had to do with the audit trail when it was made: every role tells of what it changes,
 * administration reads, and the worker alone writes the chains. A migration that has been
 * applied stays as it is: roles that came later have their rights by later ones.
 */
export const AUDIT_ROLES: AuditRoles = {
  roles: (['vision', 'keys', 'billing', 'webhook', 'admin'] as const).map(databaseRoleOf),
  readers: [databaseRoleOf('admin')],
  systemRole: databaseRoleOf('worker'),
};
