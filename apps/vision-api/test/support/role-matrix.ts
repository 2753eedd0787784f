import pg from 'pg';

const VERBS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const;
type Verb = (typeof VERBS)[number];

/** PostgreSQL's `insufficient_privilege`. */
const DENIED = '42501';

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/**
 * Signs in as each role, tries every verb on every table (and column, where a verb has
 * columns), and tells what PostgreSQL let pass as a Markdown table: a row a table, a column
 * a role. Nothing is changed: no statement finds a row, and each is rolled back.
 */
export async function roleMatrix(
  ownerUrl: string,
  urls: ReadonlyMap<string, string>,
): Promise<string> {
  const tables = await using(ownerUrl, readTables);
  const columns = new Map<string, Map<string, string>>();
  for (const [role, url] of urls) {
    columns.set(
      role,
      await using(url, async (client) => {
        const cells = new Map<string, string>();
        for (const table of tables) cells.set(table.name, await tryTable(client, table));
        return cells;
      }),
    );
  }
  const roles = [...columns.keys()];
  const rows = tables.map(({ name }) => [
    name,
    ...roles.map((role) => columns.get(role)?.get(name) ?? ''),
  ]);
  return render([['', ...roles], ...joinPartitions(rows)]);
}

/** Runs one piece of work on a connection of its own. */
export async function using<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT relname AS name, json_agg(
      json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) ORDER BY attnum
    ) AS columns
    FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
    GROUP BY relname ORDER BY relname`);
  return rows;
}

async function tryTable(client: pg.Client, table: Table): Promise<string> {
  const cells: string[] = [];
  for (const verb of VERBS) {
    const passed: string[] = [];
    const attempts = attemptsOf(verb, table);
    for (const [column, statement] of attempts) {
      if (await isAllowed(client, statement)) passed.push(column);
    }
    if (passed.length === attempts.length) cells.push(verb);
    else if (passed.length > 0) cells.push(`${verb} (${passed.join(', ')})`);
  }
  return cells.join(', ');
}

/** What to try, by the column that it is about; one attempt for a verb without columns. */
function attemptsOf(verb: Verb, { name, columns }: Table): [string, string][] {
  const table = pg.escapeIdentifier(name);
  switch (verb) {
    case 'DELETE':
      return [['', `DELETE FROM ${table} WHERE false`]];
    case 'TRUNCATE':
      return [['', `TRUNCATE ${table}`]];
    case 'SELECT':
      return columns.map((column) => [
        column.name,
        `SELECT ${pg.escapeIdentifier(column.name)} FROM ${table} LIMIT 0`,
      ]);
    case 'INSERT':
      return columns.map((column) => [
        column.name,
        `INSERT INTO ${table} (${pg.escapeIdentifier(column.name)}) OVERRIDING SYSTEM VALUE
         SELECT NULL::${column.type} WHERE false`,
      ]);
    case 'UPDATE':
      return columns.map((column) => [
        column.name,
        `UPDATE ${table} SET ${pg.escapeIdentifier(column.name)} = DEFAULT WHERE false`,
      ]);
  }
}

/** Whatever else PostgreSQL has against a statement, the role had the right to send it. */
async function isAllowed(client: pg.Client, statement: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    return !(error instanceof pg.DatabaseError && error.code === DENIED);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Partitions that all look alike are one row. */
function joinPartitions(rows: readonly string[][]): string[][] {
  const joined = new Map<string, string[]>();
  for (const [name = '', ...cells] of rows) {
    const shown = name.replace(/_p\d+$/u, '_p*');
    const same = joined.get(shown);
    if (same === undefined) joined.set(shown, [shown, ...cells]);
    else if (same.slice(1).join('|') !== cells.join('|')) joined.set(name, [name, ...cells]);
  }
  return [...joined.values()];
}

function render([header = [], ...rows]: string[][]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => (cell === '' ? '–' : cell)).join(' | ')} |`;
  const title = ['table', ...header.slice(1)];
  return [line(title), line(title.map(() => '---')), ...rows.map(line)].join('\n');
}
