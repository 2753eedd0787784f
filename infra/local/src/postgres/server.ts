import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { identify, isAlive, type ProcessIdentity } from '../../process-lock.mjs';
import { diskFull, Failure, ranOutOfSpace } from '../failure.ts';
import { type Log, readIfThere, writePrivately } from '../layout.ts';
import { PortInUse } from '../ports.ts';
import { endProcess, untilUp } from '../server-process.ts';
import { type PostgresPrograms } from './binaries.ts';

/** Recovery after a crash replays the log; this is long enough for a laptop. */
const START_DEADLINE_MS = 60_000;
/** A fast stop ends sessions and writes a checkpoint. */
const STOP_DEADLINE_MS = 30_000;

/** The bootstrap role of every cluster made here. */
const SUPERUSER = 'postgres';

const DURABLE: Readonly<Record<string, string>> = {
  // What was acknowledged is on the disk. These are PostgreSQL's own defaults; they are
  // spelled out because everything that is promised about data rests on them.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  listen_addresses: '127.0.0.1',
  // No socket file: its path would be too long in a deep checkout.
  unix_socket_directories: '',
  // Room for the pools of two services, their workers, and tests on every core.
  max_connections: '200',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
};

/** A cluster's files. */
export interface Cluster {
  /** What `initdb` makes. Belongs to the account that PostgreSQL runs as. */
  readonly data: string;
  /** The superuser's password, readable for us alone. */
  readonly passwordFile: string;
}

/** A server that runs. */
export interface RunningPostgres extends ProcessIdentity {
  readonly port: number;
  /** Signs in as the superuser. */
  readonly adminUrl: string;
}

/**
 * Makes a cluster, unless there is one.
 *
 * @returns whether it was made now
 */
export function createCluster(
  { data, passwordFile }: Cluster,
  programs: PostgresPrograms,
  log: Log,
  { lasting = true }: { readonly lasting?: boolean } = {},
): boolean {
  const major = readIfThere(path.join(data, 'PG_VERSION'))?.trim();
  if (major !== undefined) {
    if (programs.version.startsWith(`${major}.`)) return false;
    throw new Failure(
      `The data in ${data} was made by PostgreSQL ${major} and this is ${programs.version}: move it away, for example "mv ${data} ${data}-${major}", and run this again.`,
    );
  }
  // `initdb` leaves a broken folder when it is killed, so it works on one aside.
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const handover = `${draft}.password`;
  writeFileSync(handover, password, { mode: 0o600 });
  const { uid, gid } = programs.account;
  if (uid !== undefined && gid !== undefined) {
    chownSync(draft, uid, gid);
    chownSync(handover, uid, gid);
  }
  try {
    const { status, stdout, stderr } = spawnSync(
      path.join(programs.bin, 'initdb'),
      [
        ...['--pgdata', draft],
        ...['--username', SUPERUSER],
        ...['--auth', 'scram-sha-256'],
        ...['--pwfile', handover],
        ...['--encoding', 'UTF8'],
        // Sorts by code point and folds case by Unicode, the same on every machine.
        ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        ...(lasting ? [] : ['--no-sync']),
      ],
      {
        ...programs.account,
        cwd: '/',
        env: environment(),
        encoding: 'utf8',
      },
    );
    log.write(stdout + stderr);
    if (status !== 0) {
      throw ranOutOfSpace(stderr, draft)
        ? diskFull(data)
        : new Failure(`PostgreSQL could not create its data in ${data}: see ${log.file}.`);
    }
    writePrivately(passwordFile, password);
    renameSync(draft, data);
  } finally {
    rmSync(handover, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
  return true;
}

/**
 * Starts a server on an existing cluster and waits until it takes connections. It runs
 * on when this process ends.
 *
 * @param settings over the durable ones
 */
export async function startServer(
  cluster: Cluster,
  programs: PostgresPrograms,
  port: number,
  log: Log,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ server: RunningPostgres; child: ChildProcess }> {
  removeStalePidFile(cluster.data);
  const flags = Object.entries({ ...DURABLE, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = spawn(
    path.join(programs.bin, 'postgres'),
    ['-D', cluster.data, '-p', String(port), ...flags],
    {
      ...programs.account,
      cwd: '/',
      env: environment(),
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor],
    },
  );
  child.unref();
  const server = await untilUp(child, START_DEADLINE_MS, () =>
    readPidFile(cluster.data)?.status === 'ready' ? findRunning(cluster) : undefined,
  );
  if (server !== undefined) return { server, child };
  child.kill('SIGQUIT');
  throw explainStart(log, cluster, port);
}

function explainStart(log: Log, cluster: Cluster, port: number): Failure {
  const output = log.read();
  if (/could not (bind|create any TCP)/.test(output)) {
    return new PortInUse(port, 'POSTGRES_PORT');
  }
  if (ranOutOfSpace(output, path.dirname(cluster.data))) return diskFull(cluster.data);
  return new Failure(`PostgreSQL did not start: see ${log.file}.`);
}

/** The server that runs on a cluster, whoever started it. */
export function findRunning(cluster: Cluster): RunningPostgres | undefined {
  const pidFile = readPidFile(cluster.data);
  if (pidFile === undefined || !isPostmasterOf(pidFile.pid, cluster.data)) return undefined;
  const process = identify(pidFile.pid);
  if (process === undefined) return undefined;
  return {
    ...process,
    port: pidFile.port,
    adminUrl: adminUrl(pidFile.port, readPassword(cluster)),
  };
}

/** Stops a server: sessions are ended, everything is written. */
export async function stopServer(server: ProcessIdentity): Promise<void> {
  await endProcess(server, 'SIGINT', STOP_DEADLINE_MS, 'SIGQUIT');
}

function readPassword({ passwordFile, data }: Cluster): string {
  const password = readIfThere(passwordFile);
  if (typeof password === 'string') return password;
  throw new Failure(
    `The password in ${passwordFile} is gone: bring it back, or remove ${data} to begin with an empty database.`,
  );
}

function adminUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}

/** The lines of postmaster.pid: pid, data folder, start, port, socket, address, shared memory, status. */
function readPidFile(data: string): { pid: number; port: number; status: string } | undefined {
  const lines = readIfThere(path.join(data, 'postmaster.pid'))?.split('\n');
  if (lines === undefined) return undefined;
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/**
 * After a crash of the machine the pid in postmaster.pid may be somebody else's now, and
 * PostgreSQL, which asks only whether there is such a process, would refuse to start.
 */
function removeStalePidFile(data: string): void {
  const pidFile = readPidFile(data);
  if (pidFile !== undefined && !isPostmasterOf(pidFile.pid, data)) {
    rmSync(path.join(data, 'postmaster.pid'), { force: true });
  }
}

function isPostmasterOf(pid: number, data: string): boolean {
  const self = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  return self !== undefined && isAlive(self) && commandOf(pid).includes(data);
}

/** A process's command line, as everybody may read it. */
function commandOf(pid: number): string {
  if (process.platform === 'linux') {
    return (readIfThere(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}

/** Nothing of the caller's PGDATA, PGPORT, LANG and the like reaches the server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}
