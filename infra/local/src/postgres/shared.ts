import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { Failure } from '../failure.ts';
import { type Layout, openLog, readIfThere, writePrivately } from '../layout.ts';
import { isListening, PortInUse } from '../ports.ts';
import { findPostgres, rootsShelfFor, type PostgresPrograms } from './binaries.ts';
import {
  type Cluster,
  createCluster,
  findRunning,
  type RunningPostgres,
  startServer,
  stopServer,
} from './server.ts';

/** What `ensurePostgres` found or did. */
export interface EnsuredPostgres extends RunningPostgres {
  readonly version: string;
  /** Whether it ran already. */
  readonly adopted: boolean;
}

/**
 * Makes sure that the checkout's PostgreSQL runs on this port. The caller holds the lock
 * on services.
 *
 * @param inUse whether other runs use the server, so that it must not be moved
 */
export async function ensurePostgres(
  layout: Layout,
  port: number,
  inUse: boolean,
): Promise<EnsuredPostgres> {
  const programs = findPostgres();
  const cluster = findCluster(layout, programs);
  const running = findRunning(cluster);
  if (running?.port === port) return { ...running, version: programs.version, adopted: true };
  if (running !== undefined && inUse) {
    throw new Failure(
      `PostgreSQL of this checkout is in use on port ${running.port}: run this with POSTGRES_PORT=${running.port}, or "npm stop" first.`,
    );
  }
  if (running !== undefined) await stopServer(running);
  if (await isListening(port)) throw new PortInUse(port, 'POSTGRES_PORT');
  const log = openLog(layout.logs, 'postgres');
  try {
    createCluster(cluster, programs, log);
    const { server } = await startServer(cluster, programs, port, log);
    return { ...server, version: programs.version, adopted: false };
  } finally {
    log.close();
  }
}

/** Stops the checkout's PostgreSQL. @returns the port it was on, if it ran */
export async function stopPostgres(layout: Layout): Promise<number | undefined> {
  const home = readHome(layout);
  if (home === undefined) return undefined;
  const running = findRunning(clusterIn(layout, home));
  if (running === undefined) return undefined;
  await stopServer(running);
  return running.port;
}

/**
 * The cluster's folder is chosen once and kept: a checkout that becomes open or closed to
 * others later must not seem to have lost its data.
 */
function findCluster(layout: Layout, programs: PostgresPrograms): Cluster {
  const ours = path.join(layout.local, 'postgres');
  mkdirSync(ours, { recursive: true, mode: 0o711 });
  if (readIfThere(homeRecord(layout)) === undefined) {
    // The checkout may be moved, so its own folder is written without a path.
    writePrivately(
      homeRecord(layout),
      programs.reaches(ours) ? '.' : rootsShelfFor(layout.local),
    );
  }
  const home = readHome(layout) ?? ours;
  if (!programs.reaches(home)) {
    throw new Failure(
      `PostgreSQL's data lies in ${home}, where its user cannot get any more: open the folders above it again (chmod o+x), or remove ${homeRecord(layout)} to begin with an empty database elsewhere.`,
    );
  }
  return clusterIn(layout, home);
}

function clusterIn(layout: Layout, home: string): Cluster {
  return {
    data: path.join(home, 'data'),
    passwordFile: path.join(layout.local, 'postgres', 'password'),
  };
}

function readHome(layout: Layout): string | undefined {
  const record = readIfThere(homeRecord(layout));
  return record === undefined ? undefined : path.resolve(layout.local, 'postgres', record);
}

function homeRecord(layout: Layout): string {
  return path.join(layout.local, 'postgres', 'home');
}
