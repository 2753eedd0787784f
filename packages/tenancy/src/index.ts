export { assertTenancy, checkTenancy } from './check.js';
export {
  type Transaction,
  type TransactionalClient,
  type TransactionOptions,
} from './client.js';
export { TransactionConnection } from './connection.js';
export {
  InvalidIdentifier,
  InvalidSystemReason,
  InvalidTenantId,
  NestedTransaction,
  PipelineBroken,
  TenancyError,
  TenancyViolation,
  TransactionAborted,
  TransactionNotOpen,
  WriteBehindFailed,
} from './errors.js';
export { type Grants, readGrants, type TableGrants } from './grants.js';
export { type Answer, type Statement, type Value } from './lib/batch.js';
export {
  afterCommit,
  type AskingTransaction,
  writeBehind,
  type WritingTransaction,
} from './lib/transactions.js';
export {
  type CatalogQuery,
  type Reasons,
  type TenancyFinding,
  type TenancyFindingKind,
  type TenancyRules,
} from './rules.js';
export {
  grant,
  type Grant,
  type GrantedVerb,
  runtimeRole,
  schemaGrants,
  tenantPolicy,
  tenantPredicate,
} from './sql.js';
export { statementNames } from './statement-names.js';
export {
  SystemDatabase,
  type SystemDatabaseOptions,
  type SystemUse,
} from './system-database.js';
export { TenantDatabase, type TenantDatabaseOptions } from './tenant-database.js';
export { type PipelinedTransaction, TenantPipeline } from './tenant-pipeline.js';
