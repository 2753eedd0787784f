import { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * What requests, or answers, carry from one who handles them to the next. It lies on them: a
 * `WeakMap` may keep it until V8 collects old objects, thousands of requests later (decision 0016).
 */
export class PerRequest<Value extends object> {
  readonly #key = Symbol('per request');

  get(carrier: IncomingMessage | ServerResponse): Value | undefined {
    return (carrier as Carrier<Value>)[this.#key];
  }

  set(carrier: IncomingMessage | ServerResponse, value: Value): void {
    // Not to be listed: whoever prints a request, or copies it, does not mean what lies on it.
    Object.defineProperty(carrier, this.#key, { value, configurable: true });
  }
}

type Carrier<Value> = (IncomingMessage | ServerResponse) & Record<symbol, Value | undefined>;
