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
export {
  ChainBehindCheckpoint,
  Checkpointer,
  CheckpointsDamaged,
  type CheckpointerOptions,
  type CheckpointResult,
} from './checkpoints/checkpointer.js';
export { DirectoryCheckpointStore } from './checkpoints/directory-store.js';
export type { CheckpointFinding, ReadCheckpointsOptions } from './checkpoints/log.js';
export { S3CheckpointStore, type S3CheckpointStoreOptions } from './checkpoints/s3-store.js';
export { CheckpointExists, type CheckpointStore } from './checkpoints/store.js';
export {
  verifyAudit,
  type AuditFinding,
  type AuditReport,
  type ChainFinding,
  type ChainFindingKind,
  type VerifyOptions,
  type VerifyProgress,
} from './verify.js';
export { exportChain, type ExportOptions } from './export.js';
export { measureOutbox, type OutboxState } from './worker/outbox-watch.js';
export { AuditQueue, type AuditQueueOptions } from './worker/queue.js';
export {
  AuditWorker,
  type AuditProblem,
  type AuditRecovery,
  type AuditWorkerOptions,
} from './worker/worker.js';
