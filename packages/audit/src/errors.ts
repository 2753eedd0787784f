/** What every error of this package is. `code` is stable: switch on it, not on the message. */
export abstract class AuditError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Why an event was refused, in a sentence that holds nothing of the event. */
const refusals = {
  ERR_AUDIT_UNKNOWN_ACTION: 'The action is not in the catalogue of audit events',
  ERR_AUDIT_INVALID_EVENT: 'The audit event does not have the form of one',
  ERR_AUDIT_INVALID_DETAILS:
    'The details of the audit event do not fit the schema of its action',
  ERR_AUDIT_UNKNOWN_KEY: 'The details of the audit event have a key that its schema has not',
  ERR_AUDIT_SECRET: 'The audit event holds what looks like a secret',
  ERR_AUDIT_INVALID_TEXT:
    'The audit event holds text that cannot be stored: NUL, or no Unicode',
  ERR_AUDIT_TOO_LARGE: 'The audit event is larger than 64 KB, or nested too deep',
} as const;

/** Each reason for which an event is refused. */
export type AuditRefusal = keyof typeof refusals;

/**
 * The event cannot be recorded. Thrown before any SQL, inside the caller's transaction: let it
 * pass, and the change of state is rolled back with it. The message never holds any of the event.
 */
export class AuditEventRefused extends AuditError {
  constructor(
    readonly code: AuditRefusal,
    options?: ErrorOptions,
  ) {
    super(refusals[code], options);
  }
}

/** A catalogue, a role's name or an option that cannot be: the program is wrong, not its input. */
export class InvalidAuditSetup extends AuditError {
  readonly code = 'ERR_AUDIT_SETUP';
}
