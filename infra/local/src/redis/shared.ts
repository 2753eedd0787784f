import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { isAlive, type ProcessIdentity } from '../../process-lock.mjs';
import { Failure } from '../failure.ts';
import { type Layout, openLog, readIfThere, writePrivately } from '../layout.ts';
import { isListening, PortInUse } from '../ports.ts';
import { findRedis } from './binary.ts';
import {
  askInfo,
  findRunning,
  openHome,
  type RunningRedis,
  startServer,
  stopServer,
} from './server.ts';

/** What `ensureRedis` found or did. */
export interface EnsuredRedis extends RunningRedis {
  /** For example `Redis 7.0.15`. */
  readonly version: string;
  /** Whether it ran already. */
  readonly adopted: boolean;
}

/**
 * Makes sure that the checkout's Redis runs on this port. The caller holds the lock on
 * services.
 *
 * @param inUse whether other runs use the server, so that it must not be moved
 */
export async function ensureRedis(
  layout: Layout,
  port: number,
  inUse: boolean,
): Promise<EnsuredRedis> {
  const folder = path.join(layout.local, 'redis');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const home = openHome(folder);
  const running = await findRunning(home, port);
  if (running !== undefined) {
    record(layout, running);
    return { ...running, version: versionIn(await askInfo(running.url)), adopted: true };
  }
  const elsewhere = recorded(layout);
  if (elsewhere !== undefined && inUse && elsewhere.port !== port) {
    throw new Failure(
      `Redis of this checkout is in use on port ${elsewhere.port}: run this with REDIS_PORT=${elsewhere.port}, or "npm stop" first.`,
    );
  }
  // One that does not answer on its port is no use to anybody.
  if (elsewhere !== undefined) await stopServer(elsewhere);
  if (await isListening(port)) throw new PortInUse(port, 'REDIS_PORT');
  const program = await findRedis(layout);
  const log = openLog(layout.logs, 'redis');
  try {
    const { server } = await startServer(home, program, port, log);
    record(layout, server);
    return { ...server, version: program.version, adopted: false };
  } finally {
    log.close();
  }
}

/** Stops the checkout's Redis. @returns the port it was on, if it ran */
export async function stopRedis(layout: Layout): Promise<number | undefined> {
  const server = recorded(layout);
  if (server === undefined) return undefined;
  await stopServer(server);
  return server.port;
}

type Recorded = ProcessIdentity & { readonly port: number };

function record(layout: Layout, { pid, start, port }: RunningRedis): void {
  writePrivately(recordFile(layout), JSON.stringify({ pid, start, port } satisfies Recorded));
}

function recorded(layout: Layout): Recorded | undefined {
  const text = readIfThere(recordFile(layout));
  if (text === undefined || text === '') return undefined;
  const server = JSON.parse(text) as Recorded;
  return isAlive(server) ? server : undefined;
}

function versionIn(info: string): string {
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  if (valkey !== undefined) return `Valkey ${valkey}`;
  return `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? ''}`.trim();
}

function recordFile(layout: Layout): string {
  return path.join(layout.local, 'redis', 'process.json');
}
