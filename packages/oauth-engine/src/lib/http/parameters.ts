import { OAuthError } from '../errors.js';

/**
 * The parameters of a request, parsed strictly: each at most once, but `resource` (RFC 8707 §2);
 * one sent without a value counts as not sent (RFC 6749 §3.1).
 */
export class Parameters {
  readonly #entries: readonly (readonly [string, string])[];

  constructor(entries: readonly (readonly [name: string, value: string])[]) {
    this.#entries = entries.filter(([, value]) => value !== '');
    const seen = new Set<string>();
    for (const [name] of this.#entries) {
      if (seen.has(name) && !repeatable.has(name)) {
        throw new OAuthError('invalid_request', 'A parameter was sent more than once');
      }
      seen.add(name);
    }
  }

  /** The value, or undefined where there is none. */
  get(name: string): string | undefined {
    return this.#entries.find(([key]) => key === name)?.[1];
  }

  /** Every value, in order. */
  all(name: string): readonly string[] {
    return this.#entries.filter(([key]) => key === name).map(([, value]) => value);
  }

  /** The value. Throws `invalid_request` where there is none. */
  require(name: RequiredName): string {
    const value = this.get(name);
    if (value === undefined) {
      throw new OAuthError('invalid_request', `The parameter ${name} is missing`);
    }
    return value;
  }

  entries(): readonly (readonly [name: string, value: string])[] {
    return this.#entries;
  }
}

/** Literal names only, as the name stands in the description. */
type RequiredName =
  | 'client_id'
  | 'code'
  | 'code_verifier'
  | 'device_code'
  | 'grant_type'
  | 'redirect_uri'
  | 'refresh_token'
  | 'token';

const repeatable: ReadonlySet<string> = new Set(['resource']);
