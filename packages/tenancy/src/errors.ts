/** What every error of this package is. `code` is stable: switch on it, not on the message. */
export abstract class TenancyError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A tenant id that is no UUID. Nothing was sent to the database. */
export class InvalidTenantId extends TenancyError {
  readonly code = 'ERR_INVALID_TENANT_ID';

  constructor() {
    // What came in may be anything, a secret too: it is not repeated.
    super('A tenant id has to be a UUID');
  }
}

/** A reason for `asSystem` that is empty or not in the list of reasons. */
export class InvalidSystemReason extends TenancyError {
  readonly code = 'ERR_INVALID_SYSTEM_REASON';
}

/**
 * A transaction was asked for inside another one. The two would not commit together, and
 * would wait for each other when the pool is empty: use the `tx` that is there.
 */
export class NestedTransaction extends TenancyError {
  readonly code = 'ERR_NESTED_TRANSACTION';
}

/** `afterCommit` was given something that is not a transaction of this package still open. */
export class TransactionNotOpen extends TenancyError {
  readonly code = 'ERR_TRANSACTION_NOT_OPEN';
}
