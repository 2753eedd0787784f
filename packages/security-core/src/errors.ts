/**
 * What every error of this library is. `code` is stable: switch on it, never on the message,
 * which may change in any release. A message never holds a value that a caller passed in.
 */
export abstract class SecurityCoreError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A caller broke a function's contract; the program is wrong, not its input. */
export class InvalidArgument extends SecurityCoreError {
  readonly code = 'ERR_INVALID_ARGUMENT';
}
