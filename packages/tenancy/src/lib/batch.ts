import { type Connection, type FieldDef, type Submittable, types } from 'pg';

/** A value of a parameter. Bytes are sent as they are, times and all else as text. */
export type Value = string | number | boolean | Date | Uint8Array | null;

/** One statement of SQL, with `$1` for the first value. */
export interface Statement {
  /** A literal: each text is prepared once a connection. */
  readonly text: string;
  readonly values?: readonly Value[] | undefined;
}

/** What a statement answered. */
export interface Answer {
  /** PostgreSQL's word for what was done, such as `INSERT 0 1`. */
  readonly command: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** A text that a connection has prepared, and what it answers with. */
interface Prepared {
  readonly name: string;
  columns?: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly read: (text: string) => unknown;
}

/** What `pg` hands on of the messages that are read here. */
interface RowDescription {
  readonly fields: readonly FieldDef[];
}
interface DataRow {
  readonly fields: readonly (string | null)[];
}
interface CommandComplete {
  readonly text: string;
}

const prepared = new WeakMap<Connection, Map<string, Prepared>>();

/** Of every text that this process has sent: the same on each connection, however often prepared. */
const names = new Map<string, string>();

/**
 * Statements that are sent together and answered together: one round trip, and one transaction
 * unless one is open or is begun by them. After one that fails PostgreSQL passes over the rest
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING).
 *
 * For a client of `pg` that sends one query after the other, which the default is.
 */
export class Batch implements Submittable {
  readonly answers: Promise<readonly Answer[]>;
  readonly #statements: readonly Statement[];
  readonly #answers: Answer[] = [];
  readonly #sent: Prepared[] = [];
  /** Texts that this batch has PostgreSQL prepare: nobody knows of which it did if it fails. */
  readonly #fresh: string[] = [];
  #known = new Map<string, Prepared>();
  #rows: Record<string, unknown>[] = [];
  #resolve: (answers: readonly Answer[]) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(statements: readonly Statement[]) {
    this.#statements = statements;
    this.answers = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    this.#known = knownTo(connection);
    connection.stream.cork();
    try {
      for (const statement of this.#statements) this.#send(connection, statement);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription({ fields }: RowDescription): void {
    const sent = this.#sent[this.#answers.length];
    if (sent === undefined) return;
    sent.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      read: parserOf(dataTypeID),
    }));
  }

  handleDataRow({ fields }: DataRow): void {
    const columns = this.#sent[this.#answers.length]?.columns ?? [];
    const row: Record<string, unknown> = {};
    for (const [index, { name, read }] of columns.entries()) {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : read(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: CommandComplete): void {
    const sent = this.#sent[this.#answers.length];
    if (sent !== undefined) sent.columns ??= [];
    this.#answers.push({ command: text, rows: this.#rows });
    this.#rows = [];
  }

  handleError(error: unknown): void {
    for (const text of this.#fresh) this.#known.delete(text);
    // What was prepared answers no longer: all of it is prepared anew, by the next batch.
    if (isOutOfDate(error)) this.#known.clear();
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#answers);
  }

  #send(connection: Connection, { text, values = [] }: Statement): void {
    let known = this.#known.get(text);
    if (known === undefined) {
      known = { name: nameOf(text) };
      this.#known.set(text, known);
      this.#fresh.push(text);
      // A batch that failed may have left one of this name. To close what there is not is no error.
      connection.close({ type: 'S', name: known.name }, true);
      connection.parse({ name: known.name, text, types: [] }, true);
    }
    this.#sent.push(known);
    connection.bind({ statement: known.name, values: values.map(wireOf) }, true);
    // What it answers with is the same each time.
    if (known.columns === undefined) connection.describe({ type: 'P' }, true);
    connection.execute(null, true);
  }
}

function nameOf(text: string): string {
  const name = names.get(text) ?? `batch_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Any type of PostgreSQL has an id, those of `pg`'s list and others. */
const parserOf = types.getTypeParser as (
  oid: number,
  format?: 'text',
) => (text: string) => unknown;

function knownTo(connection: Connection): Map<string, Prepared> {
  let known = prepared.get(connection);
  if (known === undefined) {
    known = new Map();
    prepared.set(connection, known);
  }
  return known;
}

/** The plan of a table that was changed since, or one that the connection has been told to forget. */
const OUT_OF_DATE = ['RevalidateCachedQuery', 'FetchPreparedStatement'];

function isOutOfDate(error: unknown): boolean {
  return OUT_OF_DATE.includes(String((error as { routine?: unknown } | null)?.routine));
}

function wireOf(value: Value): string | Buffer | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return String(value);
}
