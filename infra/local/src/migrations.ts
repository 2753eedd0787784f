import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { DatabaseError, escapeIdentifier } from 'pg';

import { type App } from './apps.ts';
import { diskFull, Failure, ranOutOfSpace } from './failure.ts';
import { type Layout, openLog } from './layout.ts';
import { withClient } from './postgres/client.ts';
import { ensureRoles } from './postgres/roles.ts';
import { run } from './run.ts';
import { databaseUrl } from './settings.ts';
import { lastLines, quiet } from './workspace.ts';

const DUPLICATE_DATABASE = '42P04';
const UNDEFINED_TABLE = '42P01';

/** One row of Prisma's own record. */
interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
  readonly rolled_back_at: Date | null;
}

/**
 * Brings an app's database up to date, creating it if need be, and lets the app's roles
 * sign in.
 *
 * @returns what was done, for the person at the terminal
 */
export async function migrate(
  layout: Layout,
  app: App,
  adminUrl: string,
  signal?: AbortSignal,
): Promise<string> {
  const done = await applyMigrations(layout, app, adminUrl, signal);
  await ensureRoles(
    databaseUrl(adminUrl, app.database),
    app.roles.map(({ role }) => role),
  );
  return done;
}

async function applyMigrations(
  layout: Layout,
  app: App,
  adminUrl: string,
  signal?: AbortSignal,
): Promise<string> {
  const folder = path.join(layout.root, app.folder);
  await createDatabase(adminUrl, app.database);
  const url = databaseUrl(adminUrl, app.database);
  const wanted = readMigrations(path.join(folder, app.migrations));
  // Asking the tool itself takes a second or two.
  if (isUpToDate(wanted, await readApplied(url))) {
    return `the database ${app.database} is up to date`;
  }
  const [program = '', ...args] = app.migrate;
  const log = openLog(layout.logs, `migrate-${app.name}`);
  try {
    const { status, output } = await run(
      path.join(folder, 'node_modules', '.bin', program),
      args,
      {
        cwd: folder,
        env: { ...process.env, ...quiet, DATABASE_URL: url },
        log,
        signal,
      },
    );
    if (status === 0) return `the database ${app.database} is migrated`;
    if (ranOutOfSpace(output, layout.local)) throw diskFull(layout.local);
    throw new Failure(
      `The migration of the database ${app.database} failed: mend the migration that is named above and run this again; if the local data need not be kept, "npm stop && rm -r .local/postgres" begins anew (log: ${log.file}).`,
      lastLines(output),
    );
  } finally {
    log.close();
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      name,
    ]);
    if (rowCount === 1) return;
    try {
      await client.query(`create database ${escapeIdentifier(name)}`);
    } catch (error) {
      // Another run created it just now.
      if (!isDatabaseError(error, DUPLICATE_DATABASE)) throw error;
    }
  });
}

/** The migrations in a folder, by name, with the checksum that Prisma keeps of them. */
export function readMigrations(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => [entry.name, path.join(folder, entry.name, 'migration.sql')] as const)
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [
        name,
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
}

/**
 * Whether the database has exactly these migrations, finished and unchanged. Anything
 * else, an edited or a failed migration too, is for the migration tool to judge.
 */
export function isUpToDate(
  wanted: ReadonlyMap<string, string>,
  applied: readonly AppliedMigration[],
): boolean {
  const standing = applied.filter((row) => row.rolled_back_at === null);
  return (
    wanted.size > 0 &&
    standing.length === wanted.size &&
    standing.every(
      (row) => row.finished_at !== null && wanted.get(row.migration_name) === row.checksum,
    )
  );
}

async function readApplied(url: string): Promise<AppliedMigration[]> {
  return withClient(url, async (client) => {
    try {
      const { rows } = await client.query<AppliedMigration>(
        'select migration_name, checksum, finished_at, rolled_back_at from _prisma_migrations',
      );
      return rows;
    } catch (error) {
      if (isDatabaseError(error, UNDEFINED_TABLE)) return [];
      throw error;
    }
  });
}

function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof DatabaseError && error.code === code;
}
