import { Client, type ClientConfig, type QueryConfig, type QueryResult } from 'pg';
import { statementNames } from './statement-names.js';
import { firstStatement, type Sender, WRITE_BEHIND } from './lib/write-behind.js';

/** A query as Prisma's adapter sends it. */
interface Statement {
  readonly text: string;
}

/** What a statement answers that was written behind: nothing is known of it yet. */
const UNKNOWN: QueryResult<never> = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };

/** Of the few statements that are written behind. */
const nameOf = statementNames();

/** PostgreSQL's word for every statement after one that failed, and here for a lost COMMIT. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * A connection of `pg` that loses no failure and waits for less: give it to the pool.
 *
 * - A COMMIT that PostgreSQL answers with ROLLBACK, because a statement before it has failed,
 *   fails. `pg` and Prisma take it for a success.
 * - A statement that is marked with `WRITE_BEHIND` is sent and not waited for. If it fails,
 *   its transaction is aborted, so whatever comes next fails, the COMMIT at the latest, and by
 *   the error of the statement that began it.
 *
 * The doors of this package notice that they stand on such connections, and then ask nothing
 * before a COMMIT.
 *
 * @example
 * ```ts
 * new PrismaPg({ connectionString, Client: TransactionConnection });
 * ```
 */
export class TransactionConnection extends Client {
  /** Why the transaction that is open came to nothing, as far as nobody has been told. */
  #failure: unknown;
  #behind: Promise<void> = Promise.resolve();
  /** Stands for the transaction that is open: another object for each. */
  #transaction: object | undefined;
  readonly #plain: (statement: QueryConfig) => Promise<QueryResult>;

  constructor(config?: string | ClientConfig) {
    super({
      ...(typeof config === 'string' ? { connectionString: config } : config),
      // What is not waited for has to be sent all the same.
      pipeline: true,
    });
    const send = super.query.bind(this) as (...args: unknown[]) => unknown;
    this.#plain = (statement) => send(statement) as Promise<QueryResult>;
    this.query = ((...args: unknown[]) =>
      args.length === 1 && isStatement(args[0])
        ? this.#send(args[0], () => send(args[0]) as Promise<QueryResult>)
        : send(...args)) as typeof this.query;
  }

  async #send({ text }: Statement, send: () => Promise<QueryResult>): Promise<QueryResult> {
    if (text.startsWith(WRITE_BEHIND)) {
      const door = firstStatement.getStore();
      if (door !== undefined) door.sender = this.#sender();
      this.#writeBehind(send());
      return UNKNOWN;
    }
    if (text === 'BEGIN') {
      this.#failure = undefined;
      this.#transaction = {};
    } else if (text === 'COMMIT' || text === 'ROLLBACK') this.#transaction = undefined;
    let result: QueryResult;
    try {
      result = await send();
    } catch (error) {
      throw await this.#causeOf(error);
    }
    if (text === 'COMMIT' && result.command === 'ROLLBACK') {
      throw await this.#causeOf(new RolledBack());
    }
    return result;
  }

  #writeBehind(sent: Promise<unknown>): void {
    const before = this.#behind;
    this.#behind = sent.then(
      () => before,
      async (error: unknown) => {
        await before;
        this.#failure ??= error;
      },
    );
  }

  /** Past Prisma, which takes longer over a statement than PostgreSQL does. */
  #sender(): Sender {
    const transaction = this.#transaction;
    return (text, values) => {
      // The connection may serve another transaction by now, even another tenant's.
      if (transaction === undefined || transaction !== this.#transaction) return false;
      const name = `behind_${nameOf({ sql: text })}`;
      this.#writeBehind(this.#plain({ name, text, values: [...values] }));
      return true;
    };
  }

  /** The failure that made a transaction refuse everything, where this is such a refusal. */
  async #causeOf(error: unknown): Promise<unknown> {
    await this.#behind;
    return isRefusal(error) ? (this.#failure ?? error) : error;
  }
}

/** Looks like what PostgreSQL would have answered, had it called a lost COMMIT a failure. */
class RolledBack extends Error {
  readonly code = IN_FAILED_TRANSACTION;
  readonly severity = 'ERROR';
  override readonly name = 'RolledBack';

  constructor() {
    super('the transaction was rolled back: a statement in it had failed');
  }
}

function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown }).code === IN_FAILED_TRANSACTION;
}

function isStatement(value: unknown): value is Statement {
  return typeof (value as Partial<Statement> | null)?.text === 'string' && !hasMethod(value);
}

/** A query object of `pg` reports to itself. */
function hasMethod(value: unknown): boolean {
  return typeof (value as { submit?: unknown }).submit === 'function';
}
