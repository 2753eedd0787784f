import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { Redis } from 'ioredis';

import { identify, isAlive, type ProcessIdentity } from '../../process-lock.mjs';
import { diskFull, Failure, ranOutOfSpace } from '../failure.ts';
import { type Log, readIfThere, writePrivately } from '../layout.ts';
import { PortInUse } from '../ports.ts';
import { endProcess, untilUp } from '../server-process.ts';
import { type RedisProgram } from './binary.ts';

/** Loading a large append-only file takes a while; nothing local comes near this. */
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;

/**
 * The settings of the local stack's Redis, which are those of production (docs/decisions/0010):
 * what it has acknowledged, it has, whatever is killed. `everysec` puts a write off for up to
 * two seconds while an earlier flush is under way, and a Redis that is killed then has
 * acknowledged what it loses.
 */
export const DURABLE: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  // A tail that a power cut left half-written is dropped; the rest is loaded.
  'aof-load-truncated': 'yes',
  save: '',
  // A queue must not lose jobs to make room.
  'maxmemory-policy': 'noeviction',
};

/** A server's files. */
export interface RedisHome {
  readonly data: string;
  readonly passwordFile: string;
}

/** A server that runs. */
export interface RunningRedis extends ProcessIdentity {
  readonly port: number;
  readonly url: string;
}

/** The folder, and a password for it, made when first asked for. */
export function openHome(folder: string): RedisHome {
  const home = { data: path.join(folder, 'data'), passwordFile: path.join(folder, 'password') };
  mkdirSync(home.data, { recursive: true, mode: 0o700 });
  if (readIfThere(home.passwordFile) === undefined) {
    writePrivately(home.passwordFile, randomBytes(24).toString('base64url'));
  }
  return home;
}

/** The connection string of a server on this port. */
export function redisUrl(home: RedisHome, port: number): string {
  return `redis://:${readIfThere(home.passwordFile) ?? ''}@127.0.0.1:${port}`;
}

/**
 * Starts a server and waits until it takes commands. It runs on when this process ends.
 */
export async function startServer(
  home: RedisHome,
  program: RedisProgram,
  port: number,
  log: Log,
  settings: Readonly<Record<string, string>> = DURABLE,
): Promise<{ server: RunningRedis; child: ChildProcess }> {
  const child = spawn(program.file, ['-'], {
    // The data folder is where it is started, so that no path has to be quoted.
    cwd: home.data,
    env: program.env,
    detached: true,
    stdio: ['pipe', log.descriptor, log.descriptor],
  });
  child.unref();
  const stdin = child.stdin;
  if (stdin === null) throw new Error('A child with a pipe has no pipe');
  stdin.on('error', () => undefined);
  // Through stdin, because command lines are for everybody to read.
  stdin.end(
    configuration({
      ...settings,
      port: String(port),
      bind: '127.0.0.1',
      'protected-mode': 'yes',
      requirepass: readIfThere(home.passwordFile) ?? '',
      daemonize: 'no',
    }),
  );
  const server = await untilUp(child, START_DEADLINE_MS, () => findRunning(home, port));
  if (server !== undefined) return { server, child };
  child.kill('SIGKILL');
  throw explainStart(log, home, port);
}

function explainStart(log: Log, home: RedisHome, port: number): Failure {
  const output = log.read();
  if (/Address already in use/.test(output)) {
    return new PortInUse(port, 'REDIS_PORT');
  }
  if (ranOutOfSpace(output, home.data)) return diskFull(home.data);
  if (/Bad file format|Unrecoverable error|DB loading/i.test(output)) {
    return new Failure(
      `Redis cannot read its data in ${home.data}: mend it with redis-check-aof, or move it away to begin empty (log: ${log.file}).`,
    );
  }
  return new Failure(`Redis did not start: see ${log.file}.`);
}

/**
 * The server that runs on this port with our password, and is done loading. Our password
 * is random, so a server that takes it is ours, whoever started it.
 */
export async function findRunning(
  home: RedisHome,
  port: number,
): Promise<RunningRedis | undefined> {
  if (readIfThere(home.passwordFile) === undefined) return undefined;
  const url = redisUrl(home, port);
  const info = await askInfo(url).catch(() => undefined);
  if (info === undefined || /^loading:1/m.test(info)) return undefined;
  const self = identify(Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? 0));
  return self === undefined ? undefined : { ...self, port, url };
}

/** Asks a server for `INFO`. @throws when it is not there, or not ours */
export async function askInfo(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    enableReadyCheck: false,
    protocol: 2,
  });
  // A refused connection is told here; the call says only that there is none.
  let refusal: Error | undefined;
  redis.on('error', (error) => {
    refusal = error;
  });
  try {
    await redis.connect();
    return await redis.info();
  } catch (error) {
    throw refusal ?? error;
  } finally {
    redis.disconnect();
  }
}

/** Stops a server. What it was told is on the disk by then. */
export async function stopServer(server: ProcessIdentity): Promise<void> {
  if (isAlive(server)) await endProcess(server, 'SIGTERM', STOP_DEADLINE_MS);
}

/** A configuration file's text. Values are quoted as Redis quotes them. */
export function configuration(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value.replace(/[\\"]/g, '\\$&')}"\n`)
    .join('');
}
