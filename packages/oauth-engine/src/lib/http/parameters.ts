import { OAuthError } from '../errors.js';

/** May be sent more than once (RFC 8707 §2). */
const repeatable: ReadonlySet<string> = new Set(['resource']);

type Entry = readonly [name: string, value: string];

/**
 * The parameters of a request. One without a value counts as not sent (RFC 6749 §3.1); one that
 * was sent twice has no value at all, since two readers might take different ones.
 */
export class Parameters {
  readonly #values = new Map<string, string[]>();
  readonly #read = new Set<string>();

  constructor(entries: readonly Entry[]) {
    for (const [name, value] of entries) {
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
  }

  /**
   * The value, or undefined where there is none.
   *
   * @throws {OAuthError} `invalid_request`: it was sent more than once.
   */
  get(name: string): string | undefined {
    this.#read.add(name);
    const values = this.#values.get(name) ?? [];
    if (values.length > 1) throw sentTwice();
    return values[0] === '' ? undefined : values[0];
  }

  /** Every value of a parameter that may be repeated, in order. */
  all(name: 'resource'): readonly string[] {
    this.#read.add(name);
    return (this.#values.get(name) ?? []).filter((value) => value !== '');
  }

  /**
   * The value of a parameter that has to be there. The name stands in the description, so it is
   * one of ours.
   *
   * @throws {OAuthError} `invalid_request`: it is missing, or was sent more than once.
   */
  require(name: RequiredName): string {
    const value = this.get(name);
    if (value === undefined) {
      throw new OAuthError('invalid_request', `The parameter ${name} is missing`);
    }
    return value;
  }

  /**
   * RFC 6749 §3.1 and §3.2: parameters are not included more than once, known or unknown.
   *
   * @throws {OAuthError} `invalid_request`.
   */
  refuseRepeated(): void {
    for (const [name, values] of this.#values) {
      if (values.length > 1 && !repeatable.has(name)) throw sentTwice();
    }
  }

  /** All of them as they were sent. */
  entries(): readonly Entry[] {
    return [...this.#values].flatMap(([name, values]) =>
      values.map((value): Entry => [name, value]),
    );
  }

  /** Those that somebody has asked for, for keeping: what nobody reads would only take room. */
  entriesRead(): readonly Entry[] {
    return this.entries().filter(([name]) => this.#read.has(name));
  }
}

type RequiredName =
  | 'client_id'
  | 'code'
  | 'code_challenge'
  | 'code_verifier'
  | 'device_code'
  | 'grant_type'
  | 'redirect_uri'
  | 'refresh_token'
  | 'response_type'
  | 'token';

function sentTwice(): OAuthError {
  return new OAuthError('invalid_request', 'A parameter was sent more than once');
}
