import { type AuditRoles } from '@nomo/audit';
import { databaseRoleOf, ROLES } from '../roles.js';

/**
 * Who has to do with the audit trail: every role tells of what it changes, administration
 * reads, and the worker alone writes the chains.
 */
export const AUDIT_ROLES: AuditRoles = {
  roles: ROLES.filter((role) => role !== 'worker').map(databaseRoleOf),
  readers: [databaseRoleOf('admin')],
  systemRole: databaseRoleOf('worker'),
};
