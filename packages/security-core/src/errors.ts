/**
 * What every error of this library is. `code` is stable: switch on it, never on the message,
 * which may change in any release. A message never holds a value that a caller passed in.
 *
 * @example
 * ```ts
 * import { SecurityCoreError } from '@nomo/security-core/errors';
 * import { generateApiKey } from '@nomo/security-core/api-key';
 *
 * try {
 *   generateApiKey({ mode: 'live', randomBytes: () => new Uint8Array(0) });
 * } catch (error) {
 *   error instanceof SecurityCoreError && error.code; // 'ERR_INVALID_ARGUMENT'
 * }
 * ```
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

/** The bytes are not a box of any version that this library reads. */
export class MalformedBox extends SecurityCoreError {
  readonly code = 'ERR_BOX_MALFORMED';

  constructor() {
    super('The bytes are not a box that this library reads');
  }
}

/** A key was asked for that the ring does not hold: retired, misspelt, or not yet distributed. */
export class UnknownKey extends SecurityCoreError {
  readonly code = 'ERR_BOX_UNKNOWN_KEY';

  constructor() {
    super('No key of this id is on the ring');
  }
}

/** The box, its context or its key is not the one it was sealed with. Which, nobody can tell. */
export class InauthenticBox extends SecurityCoreError {
  readonly code = 'ERR_BOX_INAUTHENTIC';

  constructor() {
    super('The box does not open: it, its context or its key is not as it was sealed');
  }
}

/** A key source had none to give: its variable is not set, its file cannot be read. */
export class KeysUnavailable extends SecurityCoreError {
  readonly code = 'ERR_KEYS_UNAVAILABLE';
}
