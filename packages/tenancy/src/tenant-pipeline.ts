import { type Client, Pool, type PoolClient, type PoolConfig } from 'pg';
import {
  InvalidTenantId,
  PipelineBroken,
  TransactionAborted,
  TransactionNotOpen,
} from './errors.js';
import { type Answer, Batch, type Statement } from './lib/batch.js';
import { warnOfCallback } from './lib/callback-warning.js';
import { type AskingTransaction, runOwnTransaction } from './lib/transactions.js';
import { type TransactionOptions } from './client.js';
import { type TenantDatabaseOptions } from './tenant-database.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** From the first statement of a transaction to its end, unless it is said otherwise. */
const TIMEOUT_MS = 10_000;

/**
 * Each text is planned once a connection, for all tenants: left to itself PostgreSQL plans statements
 * on partitioned tables anew each time, which takes longer than to run them.
 *
 * A plan outlives the size of its tables: one that was made while they were nearly empty would go on
 * reading all of them, until statistics are taken again. At a thousand rows a second that is too late.
 * Before version 18 a plan that cannot do without counts as so dear that it would be compiled.
 */
const PLANS = `SET plan_cache_mode = force_generic_plan;
  SET enable_seqscan = off; SET jit = off`;

/**
 * A second handle on the door to the tables of tenants, for the transactions that a service runs
 * thousands of times a second: past Prisma, with many statements in one round trip. What keeps
 * tenants apart is the same: the role, the policies that are forced on every table, and
 * `app.tenant_id`, which is set for the transaction before any other statement of it is run.
 *
 * For look-ups by key: a plan that is good for one tenant has to be good for all of them.
 *
 * What is asked at once and what takes a transaction have a pool each, so that whoever waits for a
 * lock holds up no question.
 */
export class TenantPipeline {
  readonly #questions: Pool;
  readonly #transactions: Pool;
  readonly #onCallbackError: (error: unknown) => void;

  /** @param pool signs in as a runtime role, under row-level security: the settings of either pool */
  constructor(pool: PoolConfig, options: TenantDatabaseOptions = {}) {
    this.#questions = openPool(pool);
    this.#transactions = openPool(pool);
    this.#onCallbackError = options.onCallbackError ?? warnOfCallback;
  }

  /**
   * Runs statements of one tenant in one round trip, which is a transaction.
   *
   * @returns what each answered, in order
   * @throws InvalidTenantId before anything is sent; what `pg` throws: then nothing was kept
   */
  async atOnce(tenantId: string, statements: readonly Statement[]): Promise<readonly Answer[]> {
    const [, ...answers] = await onConnection(this.#questions, (send) =>
      send([tenant(tenantId), ...statements]),
    );
    return answers;
  }

  /**
   * Runs statements on tables that belong to no tenant, as {@link atOnce}: the policies let nothing
   * of any tenant through.
   *
   * @returns what each answered, in order
   * @throws what `pg` throws: then nothing was kept
   */
  async atOnceWithoutTenant(statements: readonly Statement[]): Promise<readonly Answer[]> {
    const [, ...answers] = await onConnection(this.#questions, (send) =>
      send([NOBODY, ...statements]),
    );
    return answers;
  }

  /**
   * Runs `work` in a transaction of one tenant, and commits when its promise is fulfilled. The
   * first round trip begins the transaction, the last one ends it; work that says nothing makes none.
   *
   * @throws InvalidTenantId, NestedTransaction before anything is sent; what `work` or `pg`
   *   throws, after a rollback; TransactionAborted when `work` went on after a statement had
   *   failed; PipelineBroken when its time was over
   */
  async withTenant<R>(
    tenantId: string,
    work: (tx: PipelinedTransaction) => Promise<R>,
    { timeoutMs = TIMEOUT_MS }: Pick<TransactionOptions, 'timeoutMs'> = {},
  ): Promise<R> {
    const begin = [{ text: 'BEGIN' }, tenant(tenantId)];
    const tx = new PipelinedTransaction(begin);
    return runOwnTransaction(
      'withTenant of a pipeline',
      tx,
      (text, values) => {
        tx.put({ text, values: values as Statement['values'] });
        return true;
      },
      { onCallbackError: this.#onCallbackError },
      () => onConnection(this.#transactions, (send) => tx.run(send, work), timeoutMs),
    );
  }

  /** Closes its connections, when what uses them is done. */
  async close(): Promise<void> {
    await Promise.all([this.#questions.end(), this.#transactions.end()]);
  }
}

function openPool(settings: PoolConfig): Pool {
  const pool = new Pool({
    ...settings,
    // One query at a time on a connection: a batch is sent together by itself.
    pipeline: false,
    idle_in_transaction_session_timeout: TIMEOUT_MS,
  });
  // A connection that breaks off while nobody uses it: the pool makes another.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    // Whoever waits for an answer on it hears of that by the answer.
    client.on('error', () => undefined);
    client.query(PLANS).catch(() => undefined);
  });
  return pool;
}

/** A connection is taken when something is sent first. */
async function onConnection<R>(
  pool: Pool,
  use: (send: Send) => Promise<R>,
  timeoutMs = TIMEOUT_MS,
): Promise<R> {
  // One for all that is sent, although some of it may be sent before there is one.
  let connecting: Promise<PoolClient> | undefined;
  let until: number | undefined;
  let broken: Error | undefined;
  try {
    return await use(async (statements) => {
      try {
        connecting ??= pool.connect();
        const client = await connecting;
        until ??= performance.now() + timeoutMs;
        return await send(client, statements, until - performance.now());
      } catch (error) {
        // Of a statement PostgreSQL says how bad it is. Any other failure is the connection's.
        if (typeof (error as { severity?: unknown }).severity === 'string') throw error;
        const { message } = error as Error;
        broken = new PipelineBroken(`The connection to PostgreSQL failed: ${message}`, {
          cause: error,
        });
        throw broken;
      }
    });
  } finally {
    const client = await connecting?.catch(() => undefined);
    client?.release(broken);
  }
}

type Send = (statements: readonly Statement[]) => Promise<readonly Answer[]>;

/** A transaction of a `TenantPipeline`. */
export class PipelinedTransaction implements AskingTransaction {
  #send: Send = () => Promise.reject(new Error('the transaction has not begun'));
  #waiting: Statement[];
  /** The answers to what waits, once something of it is asked. */
  #answers: Promise<readonly Answer[]> | undefined;
  #begun = false;
  #ended = false;
  readonly #beginning: number;

  constructor(begin: readonly Statement[]) {
    this.#waiting = [...begin];
    this.#beginning = begin.length;
  }

  /**
   * Sends statements, after those that were put before them, and waits. What is asked in the same
   * turn shares the round trip; if any of it fails, all of it has.
   *
   * @returns what each answered
   * @throws TransactionNotOpen; what `pg` throws
   */
  async ask(...statements: readonly Statement[]): Promise<readonly Answer[]> {
    if (this.#ended) throw new TransactionNotOpen(ENDED);
    return this.#ask(statements);
  }

  /**
   * Has a statement sent with what is sent next, the commit at the latest.
   *
   * @throws TransactionNotOpen
   */
  put(statement: Statement): void {
    if (this.#ended) throw new TransactionNotOpen(ENDED);
    this.#waiting.push(statement);
  }

  /** As Prisma has it. @returns how many rows a statement has inserted, updated or deleted */
  async $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number> {
    const [answer] = await this.ask({ text, values: values as Statement['values'] });
    return Number(/\d+$/.exec(answer?.command ?? '')?.[0] ?? 0);
  }

  /** As Prisma has it. @returns the rows that a statement answers with */
  async $queryRawUnsafe(text: string, ...values: unknown[]): Promise<readonly unknown[]> {
    const [answer] = await this.ask({ text, values: values as Statement['values'] });
    return answer?.rows ?? [];
  }

  /** Runs the work and commits. Called by its pipeline. */
  async run<R>(send: Send, work: (tx: PipelinedTransaction) => Promise<R>): Promise<R> {
    this.#send = send;
    try {
      return await this.#toItsEnd(work);
    } finally {
      // The connection is about to be somebody else's, perhaps another tenant's.
      this.#fallSilent();
    }
  }

  /** From now on nothing is sent. */
  #fallSilent(): void {
    this.#ended = true;
    this.#send = () => Promise.reject(new TransactionNotOpen(ENDED));
  }

  async #ask(statements: readonly Statement[]): Promise<readonly Answer[]> {
    const before = this.#waiting.length;
    this.#waiting.push(...statements);
    this.#begun = true;
    this.#answers ??= this.#sendWhatWaits();
    return (await this.#answers).slice(before, before + statements.length);
  }

  async #sendWhatWaits(): Promise<readonly Answer[]> {
    // Whoever asks in this turn is in time.
    await Promise.resolve();
    const sent = this.#waiting;
    this.#waiting = [];
    this.#answers = undefined;
    return this.#send(sent);
  }

  async #toItsEnd<R>(work: (tx: PipelinedTransaction) => Promise<R>): Promise<R> {
    let result: R;
    try {
      result = await work(this);
    } catch (error) {
      if (this.#begun) await this.#rollBack(error);
      throw error;
    }
    // Nothing was said in it: there is nothing to keep.
    if (!this.#begun && this.#waiting.length === this.#beginning) return result;
    try {
      // What its work still says would be said after it.
      this.#ended = true;
      const [commit] = await this.#ask([{ text: 'COMMIT' }]);
      if (commit?.command !== 'COMMIT') throw new LostCommit();
    } catch (error) {
      await this.#rollBack(error);
      throw error instanceof LostCommit
        ? new TransactionAborted(
            'A statement failed and the work went on: nothing was kept',
            error,
          )
        : error;
    }
    return result;
  }

  /** Where it cannot be said any more the connection is closed, which rolls back, too. */
  async #rollBack(error: unknown): Promise<void> {
    if (error instanceof PipelineBroken) return;
    const send = this.#send;
    this.#fallSilent();
    await send([{ text: 'ROLLBACK' }]).catch(() => undefined);
  }
}

const ENDED = 'The transaction has ended';

/** PostgreSQL's answer to the COMMIT of a transaction in which a statement has failed. */
class LostCommit extends Error {}

const SET_TENANT = "select set_config('app.tenant_id', $1, true)";

/** Set to nothing rather than left alone: a plain SET that somebody once sent stays with the connection. */
const NOBODY: Statement = { text: SET_TENANT, values: [''] };

function tenant(tenantId: string): Statement {
  if (typeof tenantId !== 'string' || !UUID.test(tenantId)) throw new InvalidTenantId();
  return { text: SET_TENANT, values: [tenantId] };
}

async function send(
  client: Client | PoolClient,
  statements: readonly Statement[],
  timeoutMs: number,
): Promise<readonly Answer[]> {
  const batch = new Batch(statements);
  client.query(batch);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the time of its transaction was over'));
    }, timeoutMs);
  });
  try {
    return await Promise.race([batch.answers, late]);
  } finally {
    clearTimeout(timer);
  }
}
