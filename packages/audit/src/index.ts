export {
  AuditEvents,
  defineAuditEvents,
  type AnnounceAudit,
  type AuditCatalogue,
  type AuditEvent,
  type AuditOptions,
  type AuditTransaction,
} from './catalogue.js';
export {
  AuditError,
  AuditEventRefused,
  InvalidAuditSetup,
  type AuditRefusal,
} from './errors.js';
export type { AuditActor, AuditEventContext, AuditTarget } from './event.js';
export { auditMigration } from './migration.js';
export type { AuditRoles } from './roles.js';
export {
  auditReasons,
  type AuditDatabase,
  type AuditReason,
  type AuditSql,
} from './database.js';
export { AuditDrain, type DrainOptions, type DrainResult } from './drain.js';
