import { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * What requests, or answers, carry from one who handles them to the next. It lies on them: in a
 * `WeakMap` V8 keeps what stands beside a request that is gone until it collects old objects,
 * which is thousands of requests later, and every collection of young ones has it to move.
 */
export class PerRequest<Value extends object> {
  readonly #key = Symbol('per request');

  get(carrier: IncomingMessage | ServerResponse): Value | undefined {
    return (carrier as Carrier<Value>)[this.#key];
  }

  set(carrier: IncomingMessage | ServerResponse, value: Value): void {
    (carrier as Carrier<Value>)[this.#key] = value;
  }
}

type Carrier<Value> = (IncomingMessage | ServerResponse) & Record<symbol, Value | undefined>;
