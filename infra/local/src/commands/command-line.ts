import { existsSync } from 'node:fs';
import path from 'node:path';

import { type App } from '../apps.ts';
import { demoSection } from '../demo.ts';
import { Failure } from '../failure.ts';
import { runInTerminal } from '../foreground.ts';
import { type Layout } from '../layout.ts';
import { migrate } from '../migrations.ts';
import { openServices } from '../services.ts';
import { build, withWorkspace } from '../workspace.ts';
import { type Context } from './context.ts';
import { environmentOf, urlOf } from './start.ts';

/** A command of the local stack. */
type Command = (context: Context, options: readonly string[]) => Promise<number>;

/** Runs nomosly's command line on the local database. */
export const nomosly: Command = (context, options) =>
  commandLine(context, { name: 'vision', script: 'nomosly' }, options);

/** Runs NamoID's command line on the local database. */
export const namoid: Command = (context, options) =>
  commandLine(context, { name: 'identity', script: 'namoid' }, options);

async function commandLine(
  { layout, settings, apps, progress, signal }: Context,
  { name, script }: { readonly name: string; readonly script: string },
  options: readonly string[],
): Promise<number> {
  const app = apps.find((candidate) => candidate.name === name);
  if (app === undefined) throw new Error(`The list of apps has no ${name}`);
  refuseAnotherAddress(layout, app);
  const folder = path.join(layout.root, app.folder);
  const program = path.join(folder, app.commandLine);
  const services = await openServices({
    layout,
    settings,
    purpose: `npm run ${script}`,
    progress,
  });
  try {
    await withWorkspace(layout, async () => {
      await progress.step('building (the first time this takes some minutes)', () =>
        build(layout, [app.packageName], signal),
      );
      await progress.step(`migrating the database ${app.database}`, () =>
        migrate(layout, app, services.databaseAdminUrl, signal),
      );
    });
    if (!existsSync(program)) {
      throw new Failure(
        `${app.folder} has no ${app.commandLine} after its build: remove its dist folder and run this again.`,
      );
    }
    return await runInTerminal(process.execPath, [program, ...options], {
      cwd: folder,
      env: { ...process.env, ...environmentOf(layout, app, services) },
      signal,
    });
  } finally {
    await services.close();
  }
}

/**
 * What is made by a command may hold the service's own address, as the identifier of its API. With
 * another one than the service has it would be made, and work nowhere.
 */
function refuseAnotherAddress(layout: Layout, app: App): void {
  const started = demoSection(layout, app.name)?.url;
  if (started === undefined || started === urlOf(app)) return;
  const { port } = new URL(started);
  throw new Failure(
    `${app.name} was started at ${started}, and this would be for ${urlOf(app)}: set ${app.port.variable}=${port}, as it was set for "npm start".`,
  );
}
