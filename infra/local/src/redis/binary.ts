import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';

import { withLock } from '../../process-lock.mjs';
import { diskFull, Failure, ranOutOfSpace } from '../failure.ts';
import { type Layout, openLog } from '../layout.ts';
import { run } from '../run.ts';

/** The oldest Redis that BullMQ and our scripts run on; Ubuntu 22.04 has it. */
const OLDEST_REDIS = 6;

const NAMES = ['redis-server', 'valkey-server'];

/** A server program and what it needs around it. */
export interface RedisProgram {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** For example `Redis 7.0.15`. */
  readonly version: string;
}

/**
 * Finds a Redis: on the PATH, or fetched earlier, or fetched now from the packages of
 * Debian or Ubuntu, which needs no root: they are unpacked, not installed.
 */
export async function findRedis(layout: Layout): Promise<RedisProgram> {
  return (
    findOnPath() ??
    findFetched(layout.fetchedRedis) ??
    (await withLock(
      path.join(path.dirname(layout.fetchedRedis), 'redis-server.lock'),
      () =>
        // Whoever had the lock before may have fetched it.
        findFetched(layout.fetchedRedis) ?? fetchRedis(layout),
    ))
  );
}

function findOnPath(): RedisProgram | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (folder === '' || !isExecutable(file)) continue;
      const program = check(file, process.env);
      if (program !== undefined) return program;
    }
  }
  return undefined;
}

function findFetched(folder: string): RedisProgram | undefined {
  if (!existsSync(folder)) return undefined;
  const libraries = ['usr/lib', 'lib']
    .map((name) => path.join(folder, name))
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => [
      parent,
      ...readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
        .map((entry) => path.join(parent, entry.name)),
    ]);
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [...libraries, process.env['LD_LIBRARY_PATH']]
      .filter((part) => part !== undefined && part !== '')
      .join(':'),
  };
  for (const name of NAMES) {
    const program = check(path.join(folder, 'usr/bin', name), env);
    if (program !== undefined) return program;
  }
  return undefined;
}

/** The program, if it runs here and is new enough. */
function check(file: string, env: NodeJS.ProcessEnv): RedisProgram | undefined {
  const { status, stdout } = spawnSync(file, ['--version'], { env, encoding: 'utf8' });
  // "Redis server v=7.0.15 sha=…", "Valkey server v=8.1.1 sha=…"
  const match = /^(\w+) server v=(\d+)(\.[\d.]+)/.exec(stdout);
  if (status !== 0 || match === null || Number(match[2]) < OLDEST_REDIS) return undefined;
  return { file, env, version: `${match[1] ?? ''} ${match[2] ?? ''}${match[3] ?? ''}` };
}

async function fetchRedis(layout: Layout): Promise<RedisProgram> {
  if (!isOnPath('apt-get') || !isOnPath('dpkg-deb')) {
    throw new Failure(
      'There is no Redis: install redis-server 6 or newer (for example "brew install redis" or "dnf install redis"), or set REDIS_URL to one that runs.',
    );
  }
  const work = `${layout.fetchedRedis}.new`;
  rmSync(work, { recursive: true, force: true });
  const log = openLog(layout.logs, 'redis-download');
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'packages', 'root']) {
      mkdirSync(path.join(work, folder), { recursive: true, mode: 0o755 });
    }
    // apt's own state belongs to root; this is one of our own, thrown away afterwards.
    const options = [
      ['Dir::State::Lists', path.join(work, 'lists')],
      ['Dir::Cache', work],
      ['Dir::Cache::archives', path.join(work, 'archives')],
      ['Debug::NoLocking', '1'],
      // As root apt would fetch as a user who cannot write here.
      ['APT::Sandbox::User', 'root'],
    ].flatMap(([name, value]) => ['-o', `${name ?? ''}=${value ?? ''}`]);
    const packages = path.join(work, 'packages');
    const apt = async (...args: string[]) =>
      run('apt-get', [...options, '-qq', ...args], { cwd: packages, log });
    // One source of many that does not answer is no reason to give up yet.
    await apt('update');
    for (const name of NAMES) {
      const plan = await apt('--simulate', '--no-install-recommends', 'install', name);
      const wanted = packagesToUnpack(plan.output);
      if (plan.status !== 0 || wanted.length === 0) continue;
      if ((await apt('download', ...wanted)).status !== 0) continue;
      for (const file of readdirSync(packages)) {
        const args = ['-x', path.join(packages, file), path.join(work, 'root')];
        await run('dpkg-deb', args, { cwd: packages, log });
      }
      if (findFetched(path.join(work, 'root')) === undefined) continue;
      rmSync(layout.fetchedRedis, { recursive: true, force: true });
      renameSync(path.join(work, 'root'), layout.fetchedRedis);
      const program = findFetched(layout.fetchedRedis);
      if (program !== undefined) return program;
    }
    if (ranOutOfSpace(log.read(), work)) throw diskFull(layout.local);
    throw new Failure(
      `There is no Redis, and apt could not fetch one (log: ${log.file}): install redis-server 6 or newer, or set REDIS_URL to one that runs.`,
    );
  } finally {
    log.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * What apt would have to install on this machine, from its simulation: the server and
 * those of its libraries that are missing. The C library is left out: the loader of this
 * machine goes with its own.
 */
export function packagesToUnpack(simulation: string): string[] {
  return [...simulation.matchAll(/^Inst (\S+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => /^(redis|valkey|lib|lua)/.test(name) && !/^libc6(:|$)/.test(name));
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && isExecutable(path.join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
