import { type TenancyFinding } from './rules.js';

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

/** The transaction could not be committed: nothing of it was kept. `cause` tells why. */
abstract class NotCommitted extends TenancyError {
  /** Where Prisma's own errors have what PostgreSQL said, so that both are read alike. */
  readonly meta: { readonly driverAdapterError: unknown };

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.meta = { driverAdapterError: cause };
  }
}

/**
 * A statement of the work failed and the work went on. PostgreSQL keeps nothing of such a
 * transaction, and says so to a COMMIT by another word only. To go on after a failure that is
 * expected, have PostgreSQL not fail: `ON CONFLICT DO NOTHING`, `createMany` with `skipDuplicates`.
 */
export class TransactionAborted extends NotCommitted {
  readonly code = 'ERR_TRANSACTION_ABORTED';
}

/** A statement that was written behind has failed. */
export class WriteBehindFailed extends NotCommitted {
  readonly code = 'ERR_WRITE_BEHIND_FAILED';
}

/**
 * A pipeline could not get a connection to PostgreSQL, or lost it, or waited for an answer for too
 * long and gave it up. Nothing was kept, unless it was the answer to a commit that was lost.
 */
export class PipelineBroken extends TenancyError {
  readonly code = 'ERR_PIPELINE_BROKEN';
}

/** `afterCommit`, or a statement, was given to what is no transaction of this package still open. */
export class TransactionNotOpen extends TenancyError {
  readonly code = 'ERR_TRANSACTION_NOT_OPEN';
}

/** A name for the SQL of a migration that is not made of letters, digits and `_`. */
export class InvalidIdentifier extends TenancyError {
  readonly code = 'ERR_INVALID_IDENTIFIER';

  constructor(name: string) {
    super(`"${name}" cannot be a name here: use up to 63 of a-z, A-Z, 0-9 and _`);
  }
}

/** The database does not keep tenants apart. The message names every finding. */
export class TenancyViolation extends TenancyError {
  readonly code = 'ERR_TENANCY_VIOLATION';

  constructor(readonly findings: readonly TenancyFinding[]) {
    super(
      [
        'The database does not keep tenants apart:',
        ...findings.map(({ kind, message }) => `  ${kind}: ${message}`),
      ].join('\n'),
    );
  }
}
