import { AsyncLocalStorage } from 'node:async_hooks';
import { firstStatement, type Sender } from './write-behind.js';
import {
  NestedTransaction,
  TransactionAborted,
  TransactionNotOpen,
  WriteBehindFailed,
} from '../errors.js';
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
  /** Whether its work is done: what fails then is the commit. */
  worked: boolean;
  /** Sends statements that are written behind; only over a `TransactionConnection`. */
  sender: Sender | undefined;
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
  const transaction = newTransaction(description);
  let result: R;
  try {
    result = await client.$transaction(
      async (handed) => {
        // The interface knows what all Prisma clients have in common, not each one's own type.
        const tx = handed as Transaction<Client>;
        const link: { sender?: Sender } = {};
        await firstStatement.run(link, async () => begin(tx));
        transaction.sender = link.sender;
        byClient.set(tx, transaction);
        const answer = await current.run(transaction, () => work(tx));
        transaction.worked = true;
        // PostgreSQL answers a COMMIT of a transaction in which a statement has failed with
        // ROLLBACK, which Prisma takes for a commit. A TransactionConnection does not; over any
        // other PostgreSQL is asked: a round trip against answering "saved" when nothing is.
        if (transaction.sender === undefined) await tx.$executeRaw`select`;
        return answer;
      },
      {
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        maxWait: options.maxWaitMs ?? MAX_WAIT_MS,
      },
    );
  } catch (error) {
    throw transaction.worked ? asNotCommitted(error, description) : error;
  } finally {
    transaction.open = false;
  }
  // Taken from what is remembered of it: that may be there for longer (decision 0016).
  void runCallbacks(transaction.callbacks.splice(0), settings);
  return result;
}

function newTransaction(description: string): OpenTransaction {
  const outer = current.getStore();
  if (outer?.open === true) {
    throw new NestedTransaction(
      `${description} was called inside ${outer.description}: use the transaction that is open`,
    );
  }
  return { description, callbacks: [], open: true, worked: false, sender: undefined };
}

/**
 * Runs `work` in a transaction that somebody else begins and ends: `afterCommit` and
 * `writeBehind` take `handle` for it.
 *
 * @param run does the work and commits, or takes everything back and throws
 */
export async function runOwnTransaction<R>(
  description: string,
  handle: object,
  sender: Sender,
  settings: TransactionSettings,
  run: () => Promise<R>,
): Promise<R> {
  const transaction = newTransaction(description);
  transaction.sender = sender;
  byClient.set(handle, transaction);
  let result: R;
  try {
    result = await current.run(transaction, run);
  } finally {
    transaction.open = false;
  }
  // Taken from what is remembered of it: that may be there for longer (decision 0016).
  void runCallbacks(transaction.callbacks.splice(0), settings);
  return result;
}

/** What PostgreSQL answers to every statement after one that failed. */
const IN_FAILED_TRANSACTION = '25P02';

/** Values that do not fit (22), rules they break (23), rights (42). */
const ABOUT_THE_STATEMENT = /^(?:22|23|42)/;

/** What a failure between the end of the work and that of the commit means. */
function asNotCommitted(error: unknown, description: string): unknown {
  if (!(error instanceof Error)) return error;
  const state = sqlStateOf(error);
  if (state === IN_FAILED_TRANSACTION || error.message.includes(IN_FAILED_TRANSACTION)) {
    return new TransactionAborted(
      `A statement failed inside ${description} and the work went on: nothing was kept`,
      error,
    );
  }
  // Anything else is about the server, and told as the driver tells it.
  if (state === undefined || !ABOUT_THE_STATEMENT.test(state)) return error;
  return new WriteBehindFailed(
    `${description} could not be committed: ${error.message}`,
    error,
  );
}

/** Prisma hands on what its driver throws at a COMMIT as it is. */
function sqlStateOf({ cause }: Error): string | undefined {
  const { originalCode } = (cause ?? {}) as { originalCode?: unknown };
  return typeof originalCode === 'string' ? originalCode : undefined;
}

/** What is used of a Prisma transaction to write behind. */
export interface WritingTransaction {
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>;
}

/** What is used of a transaction of either door to write, and to ask for rows. */
export interface AskingTransaction extends WritingTransaction {
  /** @returns rows, which are arrays of objects by column */
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

/**
 * Sends a statement whose result is of no use, in the caller's transaction. Over a
 * `TransactionConnection` it is not waited for: if it fails, the commit fails, by its error.
 *
 * @param statement a literal, with `$1` for the first value
 */
export async function writeBehind(
  tx: WritingTransaction,
  statement: string,
  values: readonly unknown[],
): Promise<void> {
  const transaction = byClient.get(tx);
  if (transaction?.open === true && transaction.sender?.(statement, values) === true) return;
  await tx.$executeRawUnsafe(statement, ...values);
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
