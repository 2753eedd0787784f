import { AsyncLocalStorage } from 'node:async_hooks';
import { NestedTransaction, TransactionAborted, TransactionNotOpen } from '../errors.js';
import {
  type Transaction,
  type TransactionalClient,
  type TransactionOptions,
} from '../client.js';

/** What is kept about a transaction while its work runs. */
interface OpenTransaction {
  readonly description: string;
  readonly callbacks: (() => void | Promise<void>)[];
  open: boolean;
}

/** Settings of a door that have to do with its transactions, not with whom it lets in. */
export interface TransactionSettings {
  readonly onCallbackError: (error: unknown) => void;
}

/**
 * How long the work of a transaction may take, and PostgreSQL to hand out a connection.
 * A transaction holds row locks and one of few connections: nothing that answers a
 * request needs more.
 */
const TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 5_000;

const current = new AsyncLocalStorage<OpenTransaction>();
const byClient = new WeakMap<object, OpenTransaction>();

/** Runs `work` in a transaction of its own, after `begin` has set it up. */
export async function runTransaction<Client extends TransactionalClient, R>(
  client: Client,
  description: string,
  begin: (tx: Transaction<Client>) => PromiseLike<unknown>,
  work: (tx: Transaction<Client>) => Promise<R>,
  options: TransactionOptions,
  settings: TransactionSettings,
): Promise<R> {
  const outer = current.getStore();
  if (outer?.open === true) {
    throw new NestedTransaction(
      `${description} was called inside ${outer.description}: use the transaction that is open`,
    );
  }
  const transaction: OpenTransaction = { description, callbacks: [], open: true };
  let result: R;
  try {
    result = await client.$transaction(
      async (handed) => {
        // The interface knows what all Prisma clients have in common, not each one's own type.
        const tx = handed as Transaction<Client>;
        await begin(tx);
        byClient.set(tx, transaction);
        const answer = await current.run(transaction, () => work(tx));
        await requireAlive(tx, description);
        return answer;
      },
      {
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        maxWait: options.maxWaitMs ?? MAX_WAIT_MS,
      },
    );
  } finally {
    transaction.open = false;
  }
  void runCallbacks(transaction.callbacks, settings);
  return result;
}

/** What PostgreSQL answers to every statement after one that failed. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * PostgreSQL answers a COMMIT of a transaction in which a statement has failed with ROLLBACK,
 * which is no error and which Prisma takes for a commit. So it is asked before: a round trip
 * against answering "saved" when nothing is.
 */
async function requireAlive(
  tx: Pick<TransactionalClient, '$executeRaw'>,
  description: string,
): Promise<void> {
  try {
    await tx.$executeRaw`select`;
  } catch (error) {
    if (error instanceof Error && error.message.includes(IN_FAILED_TRANSACTION)) {
      throw new TransactionAborted(
        `A statement failed inside ${description} and the work went on: nothing was kept`,
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * Runs `callback` once the transaction `tx` has committed, after those given before it;
 * never if it rolls back. The caller of the transaction does not wait for what a callback
 * returns, and does not learn of its failure: that goes to `onCallbackError`.
 *
 * A process that dies after the commit runs no callback: use it to wake somebody, never
 * for what has to happen.
 *
 * @throws TransactionNotOpen when `tx` is not what a door has handed to work that still runs
 */
export function afterCommit(tx: object, callback: () => void | Promise<void>): void {
  const transaction = byClient.get(tx);
  if (transaction?.open !== true) {
    throw new TransactionNotOpen(
      transaction === undefined
        ? 'afterCommit needs the transaction that withTenant, withoutTenant or asSystem has handed out'
        : `afterCommit was called when ${transaction.description} had ended`,
    );
  }
  transaction.callbacks.push(callback);
}

async function runCallbacks(
  callbacks: OpenTransaction['callbacks'],
  { onCallbackError }: TransactionSettings,
): Promise<void> {
  for (const callback of callbacks) {
    try {
      const pending = callback();
      // What is done at once is done before the caller goes on.
      if (pending !== undefined) await pending;
    } catch (error) {
      onCallbackError(error);
    }
  }
}
