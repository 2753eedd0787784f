/** What every error of this package is. `code` is stable: switch on it, not on the message. */
export abstract class LimitsError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * Redis did not answer: it is away, too slow, loading, out of memory, or between two primaries.
 * Nobody knows whether the request was counted. Decide by a fallback, never by "no limit".
 * `cause` is what the client reported.
 */
export class LimitsUnavailable extends LimitsError {
  readonly code = 'ERR_LIMITS_UNAVAILABLE';
}

/** A rate, burst, quota or timeout that cannot be: the program is wrong, not the request. */
export class InvalidLimit extends LimitsError {
  readonly code = 'ERR_INVALID_LIMIT';
}
