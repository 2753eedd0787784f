import {
  type Transaction,
  type TransactionalClient,
  type TransactionOptions,
} from './client.js';
import { InvalidTenantId } from './errors.js';
import { warnOfCallback } from './lib/callback-warning.js';
import { runTransaction, type TransactionSettings } from './lib/transactions.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How a `TenantDatabase` differs from the usual. */
export interface TenantDatabaseOptions {
  /** Told of `afterCommit` callbacks that fail. A process warning unless given. */
  readonly onCallbackError?: (error: unknown) => void;
}

/**
 * The only door to the tables of tenants: a pool that is signed in as a runtime role, under
 * row-level security.
 */
export class TenantDatabase<Client extends TransactionalClient> {
  readonly #client: Client;
  readonly #settings: TransactionSettings;

  constructor(client: Client, options: TenantDatabaseOptions = {}) {
    this.#client = client;
    this.#settings = { onCallbackError: options.onCallbackError ?? warnOfCallback };
  }

  /**
   * Runs `work` in a transaction that sees and writes the rows of one tenant alone, and
   * commits when its promise is fulfilled.
   *
   * @param tenantId a UUID
   * @returns what `work` returns
   * @throws InvalidTenantId, NestedTransaction before anything is sent; what `work` or the
   *   client throws, after a rollback
   */
  async withTenant<R>(
    tenantId: string,
    work: (tx: Transaction<Client>) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    if (typeof tenantId !== 'string' || !UUID.test(tenantId)) throw new InvalidTenantId();
    return this.#run('withTenant', tenantId, work, options);
  }

  /**
   * Runs `work` in a transaction without a tenant, for tables that belong to none
   * (directories): the policies let nothing of any tenant through.
   *
   * @returns what `work` returns
   * @throws NestedTransaction before anything is sent; what `work` or the client throws,
   *   after a rollback
   */
  async withoutTenant<R>(
    work: (tx: Transaction<Client>) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    // Set to nothing rather than left alone: a plain SET that somebody once sent stays with
    // the connection, and the next transaction on it must not be that tenant's.
    return this.#run('withoutTenant', '', work, options);
  }

  #run<R>(
    door: string,
    tenantId: string,
    work: (tx: Transaction<Client>) => Promise<R>,
    options: TransactionOptions,
  ): Promise<R> {
    return runTransaction(
      this.#client,
      door,
      (tx) =>
        tx.$executeRaw`/* write behind */ select set_config('app.tenant_id', ${tenantId}, true)`,
      work,
      options,
      this.#settings,
    );
  }
}
