export {
  type Transaction,
  type TransactionalClient,
  type TransactionOptions,
} from './client.js';
export {
  InvalidSystemReason,
  InvalidTenantId,
  NestedTransaction,
  TenancyError,
  TransactionNotOpen,
} from './errors.js';
export { afterCommit } from './lib/transactions.js';
export {
  SystemDatabase,
  type SystemDatabaseOptions,
  type SystemUse,
} from './system-database.js';
export { TenantDatabase, type TenantDatabaseOptions } from './tenant-database.js';
