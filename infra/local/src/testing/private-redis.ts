import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { dieWithUs } from '../guard.ts';
import { openLayout, openLog } from '../layout.ts';
import { PortInUse } from '../ports.ts';
import { findRedis } from '../redis/binary.ts';
import {
  DURABLE,
  openHome,
  redisUrl,
  type RunningRedis,
  startServer,
} from '../redis/server.ts';
import { launchSomewhere, PrivateServer } from './private-server.ts';

/**
 * Tests ask how a service fares with a Redis that is killed, not how it fares with a disk that
 * many tests keep busy at once.
 */
const UNHURRIED = { appendfsync: 'everysec' } as const;

/** How a private Redis differs from the shared one. */
export interface PrivateRedisOptions {
  /**
   * By their names in redis.conf, over those of the shared server, of which one differs here:
   * `appendfsync everysec`. A test that kills Redis and counts what it acknowledged asks for
   * `always`.
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Redis of one test's own. It is gone when the test's process is, however that ends. */
export class PrivateRedis extends PrivateServer<RunningRedis> {
  /** Signs in. Stays the same over `kill`, `start` and `restart`. */
  readonly url: string;
  /** The folder of what it keeps, which a test may copy or empty while it does not run. */
  readonly data: string;

  constructor(
    at: { readonly url: string; readonly data: string },
    ...server: ConstructorParameters<typeof PrivateServer<RunningRedis>>
  ) {
    super(...server);
    this.url = at.url;
    this.data = at.data;
  }
}

/** Starts a Redis for one test. */
export async function startRedis({
  settings = {},
}: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  const program = await findRedis(openLayout());
  const folder = mkdtempSync(path.join(tmpdir(), 'nomo-redis-'));
  const home = openHome(folder);
  const kind = {
    folder,
    crash: 'SIGKILL',
    orderly: 'SIGTERM',
    isPortTaken: (error: unknown) => error instanceof PortInUse,
    launch: async (port: number): Promise<RunningRedis> => {
      const log = openLog(folder, 'redis');
      try {
        const all = { ...DURABLE, ...UNHURRIED, ...settings };
        const { server, child } = await startServer(home, program, port, log, all);
        dieWithUs(child, { remove: folder });
        return server;
      } finally {
        log.close();
      }
    },
  } as const;
  const { port, running } = await launchSomewhere(kind);
  const at = { url: redisUrl(home, port), data: settings['dir'] ?? home.data };
  return new PrivateRedis(at, kind, port, running);
}
