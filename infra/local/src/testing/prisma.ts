import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openLog } from '../layout.ts';
import { run } from '../run.ts';
import { quiet } from '../workspace.ts';

/**
 * How an app that uses Prisma migrates a database: `prisma migrate deploy` with the
 * Prisma of that app.
 *
 * @param appDir the app's folder, which holds its prisma.config.ts
 */
export function migrateWithPrisma(appDir: string): (databaseUrl: string) => Promise<void> {
  return async (databaseUrl) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'nomo-migrate-'));
    const log = openLog(folder, 'migrate');
    try {
      const { status, output } = await run(
        path.join(appDir, 'node_modules', '.bin', 'prisma'),
        ['migrate', 'deploy'],
        {
          cwd: appDir,
          log,
          env: {
            ...process.env,
            ...quiet,
            DATABASE_URL: databaseUrl,
            // Prisma's programs are found by `#!/usr/bin/env node`: let that be this Node.
            PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
          },
        },
      );
      if (status !== 0) throw new Error(`prisma migrate deploy failed:\n${output}`);
    } finally {
      log.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
