import pg from 'pg';

/**
 * Runs a statement in a transaction that stays open until `act` waits for it (or has ended without
 * waiting), and commits then.
 *
 * @returns what `act` returns
 */
export async function whileUnderWay<Result>(
  databaseUrl: string,
  statement: { readonly sql: string; readonly parameters: readonly unknown[] },
  act: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly waited: boolean }> {
  const [holder, watcher] = [0, 1].map(() => new pg.Client({ connectionString: databaseUrl }));
  if (holder === undefined || watcher === undefined) throw new Error('two were made');
  await Promise.all([holder.connect(), watcher.connect()]);
  try {
    await holder.query('BEGIN');
    await holder.query(statement.sql, [...statement.parameters]);
    let ended = false;
    const acting = act().finally(() => (ended = true));
    const waited = await isBlocked(watcher, () => ended);
    await holder.query('COMMIT');
    return { result: await acting, waited };
  } finally {
    await Promise.all([holder.end(), watcher.end()]);
  }
}

/** @returns whether anybody waits for a lock, before what is watched has ended */
export async function isBlocked(watcher: pg.Client, ended: () => boolean): Promise<boolean> {
  while (!ended()) {
    const { rows } = await watcher.query(
      `SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
    );
    if (rows.length > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}
