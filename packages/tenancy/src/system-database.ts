import {
  type Transaction,
  type TransactionalClient,
  type TransactionOptions,
} from './client.js';
import { InvalidSystemReason } from './errors.js';
import { warnOfCallback } from './lib/callback-warning.js';
import { runTransaction, type TransactionSettings } from './lib/transactions.js';

/** One use of the system door, told when it is over. */
export interface SystemUse {
  readonly reason: string;
  readonly outcome: 'committed' | 'failed';
  readonly durationMs: number;
}

/** How a `SystemDatabase` differs from the usual. */
export interface SystemDatabaseOptions<Reason extends string> {
  /** All reasons there are. With it, the compiler and `asSystem` refuse any other. */
  readonly reasons?: readonly Reason[];
  /** Told of every use, for the log and for metrics. Must not throw. */
  readonly onUse?: (use: SystemUse) => void;
  /** Told of `afterCommit` callbacks that fail. A process warning unless given. */
  readonly onCallbackError?: (error: unknown) => void;
}

/**
 * The door for work across tenants: a pool that is signed in as the system role, which the
 * policies let see every row. Each use has a reason, and a test of each app lists them all.
 */
export class SystemDatabase<
  Client extends TransactionalClient,
  Reason extends string = string,
> {
  readonly #client: Client;
  readonly #reasons: ReadonlySet<string> | undefined;
  readonly #onUse: (use: SystemUse) => void;
  readonly #settings: TransactionSettings;

  constructor(client: Client, options: SystemDatabaseOptions<Reason> = {}) {
    this.#client = client;
    this.#reasons = options.reasons && new Set(options.reasons);
    this.#onUse = options.onUse ?? (() => undefined);
    this.#settings = { onCallbackError: options.onCallbackError ?? warnOfCallback };
  }

  /**
   * Runs `work` in a transaction that sees every tenant. While it runs, PostgreSQL shows
   * the reason as the connection's `application_name`.
   *
   * @param reason why no tenant's own transaction would do, written as a literal
   * @returns what `work` returns
   * @throws InvalidSystemReason, NestedTransaction before anything is sent; what `work` or
   *   the client throws, after a rollback
   */
  async asSystem<R>(
    reason: Reason,
    work: (tx: Transaction<Client>) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    if (reason.trim() === '') throw new InvalidSystemReason('asSystem needs a reason');
    if (this.#reasons?.has(reason) === false) {
      throw new InvalidSystemReason(`"${reason}" is not in the list of reasons for asSystem`);
    }
    const started = performance.now();
    let outcome: SystemUse['outcome'] = 'failed';
    try {
      const result = await runTransaction(
        this.#client,
        `asSystem("${reason}")`,
        (tx) =>
          tx.$executeRaw`/* write behind */ select set_config('app.tenant_id', '', true), set_config('application_name', ${reason}, true)`,
        work,
        options,
        this.#settings,
      );
      outcome = 'committed';
      return result;
    } finally {
      this.#onUse({ reason, outcome, durationMs: performance.now() - started });
    }
  }
}
