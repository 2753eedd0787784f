import { existsSync } from 'node:fs';
import path from 'node:path';

import { Failure } from '../failure.ts';
import { runInTerminal } from '../foreground.ts';
import { openServices } from '../services.ts';
import { build, quiet, withWorkspace } from '../workspace.ts';
import { type Context } from './context.ts';

/** Runs a benchmark with the servers up and everything built. */
export async function bench(
  { layout, settings, progress, signal }: Context,
  options: readonly string[],
): Promise<number> {
  const program = path.join(layout.root, 'bench', 'src', 'main.ts');
  if (!existsSync(program)) {
    throw new Failure(`There are no benchmarks in this checkout: ${program} is missing.`);
  }
  const services = await openServices({ layout, settings, purpose: 'npm run bench', progress });
  try {
    await withWorkspace(layout, () =>
      progress.step('building (the first time this takes some minutes)', () =>
        build(layout, [], signal),
      ),
    );
    return await runInTerminal(process.execPath, [program, ...options], {
      cwd: layout.root,
      env: {
        ...process.env,
        ...quiet,
        DATABASE_ADMIN_URL: services.databaseAdminUrl,
        REDIS_URL: services.redisUrl,
      },
      signal,
    });
  } finally {
    await services.close();
  }
}
