import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { dieWithUs } from '../guard.ts';
import { openLog } from '../layout.ts';
import { PortInUse } from '../ports.ts';
import { findPostgres } from '../postgres/binaries.ts';
import { createCluster, type RunningPostgres, startServer } from '../postgres/server.ts';
import { launchSomewhere, PrivateServer } from './private-server.ts';

/** A PostgreSQL of one test's own. It is gone when the test's process is, however that ends. */
export class PrivatePostgres extends PrivateServer<RunningPostgres> {
  /** Signs in as the superuser. Stays the same over `kill`, `start` and `restart`. */
  readonly adminUrl: string;

  constructor(
    adminUrl: string,
    ...server: ConstructorParameters<typeof PrivateServer<RunningPostgres>>
  ) {
    super(...server);
    this.adminUrl = adminUrl;
  }
}

/** How a private PostgreSQL differs from the shared one. */
export interface PrivatePostgresOptions {
  /** Settings over the durable ones of the shared server, by their names in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a PostgreSQL for one test. Making its data takes a second or two. */
export async function startPostgres({
  settings = {},
}: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
  const programs = findPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), 'nomo-postgres-'));
  // As root the server runs as another user, who has to get through.
  chmodSync(folder, 0o711);
  const cluster = {
    data: path.join(folder, 'data'),
    passwordFile: path.join(folder, 'password'),
  };
  const kind = {
    folder,
    // Ends every session at once and writes nothing; the next start recovers.
    crash: 'SIGQUIT',
    orderly: 'SIGINT',
    isPortTaken: (error: unknown) => error instanceof PortInUse,
    launch: async (port: number): Promise<RunningPostgres> => {
      const log = openLog(folder, 'postgres');
      try {
        createCluster(cluster, programs, log, { lasting: false });
        const { server, child } = await startServer(cluster, programs, port, log, settings);
        dieWithUs(child, { signal: 'QUIT', remove: folder });
        return server;
      } finally {
        log.close();
      }
    },
  } as const;
  const { port, running } = await launchSomewhere(kind);
  return new PrivatePostgres(running.adminUrl, kind, port, running);
}
