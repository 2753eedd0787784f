const redacted = '[redacted]';

/**
 * Holds a value that must not be printed by accident: `String()`, template literals, `+`,
 * `JSON.stringify`, `util.inspect` and with it `console.log` all show `[redacted]`. It has no
 * property to spread, list or clone. Only `reveal()` hands the value out, which makes each
 * place that does findable by its name.
 *
 * @example
 * ```ts
 * import { Secret } from '@nomo/security-core/secret';
 *
 * const password = new Secret('hunter2');
 * `${password}`; // '[redacted]'
 * password.reveal(); // 'hunter2'
 * ```
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is used, not where it is passed on. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.toPrimitive](): string {
    return redacted;
  }

  /** What `util.inspect` looks for, by the registered symbol: no import of node:util. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted;
  }
}
