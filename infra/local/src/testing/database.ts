import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { type Client, DatabaseError, escapeIdentifier } from 'pg';

import { identify, isAlive } from '../../process-lock.mjs';
import { withClient } from '../postgres/client.ts';
import { databaseUrl } from '../settings.ts';

/** Any number will do, as long as nothing else on the server uses it. */
const BUILD_LOCK = 0x6e_6f_6d_6f;
/** Old templates are kept for going back and forth between branches, up to this many a name. */
const TEMPLATES_KEPT = 3;
/** What another machine left on a shared server is removed after this. */
const STRANGERS_KEPT_MS = 24 * 60 * 60 * 1000;

const TEMPLATE = 'nomo_template_';
const COPY = 'nomo_test_';

const UNDEFINED_DATABASE = '3D000';

/** How to make a test database. */
export interface TestDatabaseOptions {
  /** Whose it is: lowercase letters, digits and `_`, at most 20. */
  readonly name: string;
  /** The folder of the migrations. The template is made anew when anything in it changes. */
  readonly migrationsDir: string;
  /** Migrates an empty database. Called once for each state of the migrations. */
  readonly migrate: (databaseUrl: string) => Promise<void>;
  /** A superuser's connection; what the global set-up of Jest has left, unless given. */
  readonly adminUrl?: string;
}

/** A migrated database of one test's own. */
export interface TestDatabase {
  readonly name: string;
  /** Signs in as the superuser. */
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Makes a database for one test file: a copy of a template that has been migrated once.
 *
 * A test database does not wait for the disk at commit. It can be told from a real one by
 * nothing else, and a crash of the server is not what it is for (`startPostgres` is).
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { name } = options;
  if (!/^[a-z][a-z0-9_]{0,19}$/.test(name)) {
    throw new Error(`"${name}" cannot name a test database: use up to 20 of a-z, 0-9 and _`);
  }
  const adminUrl = options.adminUrl ?? process.env['DATABASE_ADMIN_URL'] ?? '';
  if (adminUrl === '') {
    throw new Error(
      'No PostgreSQL: the jest.config.mjs of this package needs globalSetup: "@nomo/local/jest-services"',
    );
  }
  const template = `${TEMPLATE}${name}_${hashFolder(options.migrationsDir)}`;
  const copy = `${COPY}${name}_${owner()}_${randomBytes(4).toString('hex')}`;
  await withClient(adminUrl, async (client) => {
    await ensureTemplate(client, template, adminUrl, options.migrate);
    try {
      await createCopy(client, copy, template);
    } catch (error) {
      // Another checkout on the same server tidied the template away just now.
      if (!(error instanceof DatabaseError) || error.code !== UNDEFINED_DATABASE) throw error;
      await ensureTemplate(client, template, adminUrl, options.migrate);
      await createCopy(client, copy, template);
    }
  });
  return {
    name: copy,
    url: databaseUrl(adminUrl, copy),
    drop: () => withClient(adminUrl, (client) => dropDatabase(client, copy)),
  };
}

/** Removes the databases that killed runs have left, and templates nobody needs any more. */
export async function removeLeftovers(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like $1 or datname like $2 order by oid desc`,
      [`${COPY.replaceAll('_', '\\_')}%`, `${TEMPLATE.replaceAll('_', '\\_')}%`],
    );
    const names = rows.map((row) => row.datname);
    const templates = new Map<string, number>();
    for (const name of names) {
      if (name.startsWith(COPY)) {
        if (isAbandoned(name)) await dropDatabase(client, name);
        continue;
      }
      const [, family] = /^(nomo_template_.+)_[0-9a-f]{16}$/.exec(name) ?? [];
      if (family === undefined) continue;
      const newer = templates.get(family) ?? 0;
      templates.set(family, newer + 1);
      if (newer < TEMPLATES_KEPT) continue;
      await client
        .query(`alter database ${escapeIdentifier(name)} is_template false`)
        .catch(ignoreGone);
      await dropDatabase(client, name);
    }
  });
}

/**
 * One template is built at a time on a server: migrations may create roles, which all
 * databases share. It is built under another name, so that what a killed run leaves is
 * never taken for a template.
 */
async function ensureTemplate(
  client: Client,
  template: string,
  adminUrl: string,
  migrate: TestDatabaseOptions['migrate'],
): Promise<void> {
  if (await exists(client, template)) return;
  await client.query('select pg_advisory_lock($1)', [BUILD_LOCK]);
  try {
    if (await exists(client, template)) return;
    const draft = `${template}_draft`;
    await dropDatabase(client, draft);
    await client.query(`create database ${escapeIdentifier(draft)} template template0`);
    await migrate(databaseUrl(adminUrl, draft));
    // Nobody can connect to it from here on: a connection would keep it from being copied.
    await client.query(`alter database ${escapeIdentifier(draft)} allow_connections false`);
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [draft],
    );
    await client.query(`alter database ${escapeIdentifier(draft)} is_template true`);
    await client.query(
      `alter database ${escapeIdentifier(draft)} rename to ${escapeIdentifier(template)}`,
    );
  } finally {
    await client.query('select pg_advisory_unlock($1)', [BUILD_LOCK]);
  }
}

async function createCopy(client: Client, copy: string, template: string): Promise<void> {
  await client.query(
    `create database ${escapeIdentifier(copy)} template ${escapeIdentifier(template)}`,
  );
  await client.query(`alter database ${escapeIdentifier(copy)} set synchronous_commit = off`);
  // A copy is made without the rights on the database itself, which a migration may have revoked.
  const { rows } = await client.query<{ temporary: boolean }>(
    `select has_database_privilege('public', $1, 'TEMPORARY') as temporary`,
    [template],
  );
  if (rows[0]?.temporary === false) {
    await client.query(`revoke temporary on database ${escapeIdentifier(copy)} from public`);
  }
}

async function dropDatabase(client: Client, name: string): Promise<void> {
  await client
    .query(`alter database ${escapeIdentifier(name)} is_template false`)
    .catch(ignoreGone);
  await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  return rowCount === 1;
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof DatabaseError) || error.code !== UNDEFINED_DATABASE) throw error;
}

/**
 * Who made a database, in its name, so that it is known from the first moment on: the
 * machine, the process and its start, and the hour.
 */
function owner(): string {
  return [
    hostMark(),
    process.pid.toString(36),
    startMark(process.pid) ?? '0',
    hour(Date.now()),
  ].join('_');
}

/** Whether the run that made this test database is over. */
export function isAbandoned(name: string, now = Date.now()): boolean {
  const parts = /_([0-9a-f]{4})_([0-9a-z]+)_([0-9a-f]{6}|0)_([0-9a-z]+)_[0-9a-f]{8}$/.exec(
    name,
  );
  if (parts === null) return false;
  const [, host, pid = '', start, made = ''] = parts;
  if (host === hostMark()) return startMark(Number.parseInt(pid, 36)) !== start;
  return now - Number.parseInt(made, 36) * 3_600_000 > STRANGERS_KEPT_MS;
}

function hostMark(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 4);
}

function startMark(pid: number): string | undefined {
  const self = identify(pid);
  if (self === undefined || !isAlive(self)) return undefined;
  return createHash('sha256').update(self.start).digest('hex').slice(0, 6);
}

function hour(time: number): string {
  return Math.floor(time / 3_600_000).toString(36);
}

/** A folder's content in 16 hexadecimal digits: the names and the bytes of all its files. */
export function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files) {
    const whole = path.join(folder, file);
    if (!statSync(whole).isFile()) continue;
    const content = readFileSync(whole);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
