import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type App, type DemoSection } from '../apps.ts';
import { type AppEnvironment, demoFile, demoSection, seed, writeDemo } from '../demo.ts';
import { Failure, Interrupted } from '../failure.ts';
import { type Layout } from '../layout.ts';
import { type Lease, livingLeases } from '../leases.ts';
import { localKey } from '../local-key.ts';
import { migrate } from '../migrations.ts';
import { type ChosenPort, requireDistinct, requireFree } from '../ports.ts';
import { roleConnection } from '../postgres/role-password.ts';
import { type Progress } from '../progress.ts';
import {
  failWhenOneEnds,
  RunningApp,
  SHUTDOWN_TIMEOUT_MS,
  waitUntilReady,
} from '../running-app.ts';
import { ended } from '../server-process.ts';
import { openServices, type OpenServices } from '../services.ts';
import { databaseUrl, ownPorts, readPort, withoutPassword } from '../settings.ts';
import { build, withWorkspace } from '../workspace.ts';
import { type Context } from './context.ts';

/** What the lease of a running `npm start` says it is for. */
export const START_PURPOSE = 'npm start';
const ENDING_PURPOSE = 'npm start, ending';

/** A run that has just been told to end has said so within this. */
const ENDING_IS_SAID_WITHIN_MS = 500;
/** A run that ends has stopped its services and servers, each after the other, within this. */
export const ENDS_WITHIN_MS = 120_000;

/** Prepares everything and runs it in the foreground until it is interrupted. */
export async function start(context: Context): Promise<number> {
  const { layout, settings, apps, progress, signal } = context;
  const appPorts = apps.map(({ port }) => ({
    port: portOf({ port }),
    variable: port.variable,
  }));
  requireDistinct([...ownPorts(settings), ...appPorts]);
  await refuseSecondStart(layout, appPorts, progress);
  const services = await openServices({ layout, settings, purpose: START_PURPOSE, progress });
  signal.addEventListener('abort', () => {
    services.describe(ENDING_PURPOSE);
  });
  const running: RunningApp[] = [];
  try {
    const sections = await prepare(context, services);
    writeDemo(layout, {
      ...Object.fromEntries(sections),
      postgres: { adminUrl: services.databaseAdminUrl },
      redis: { url: services.redisUrl },
    });
    await runInForeground(context, services, sections, running);
    return 0;
  } catch (error) {
    // Ctrl-C is how this command ends; before it is up and running, it is an interruption.
    if (error instanceof Interrupted && running.length > 0) return 0;
    throw error;
  } finally {
    if (signal.aborted) progress.line('');
    for (const app of running) {
      await app.stop();
      progress.line(`${app.name} stopped`);
    }
    await services.close(progress);
  }
}

async function refuseSecondStart(
  layout: Layout,
  appPorts: readonly ChosenPort[],
  progress: Progress,
): Promise<void> {
  const isRunning = (): Lease | undefined => leaseFor(layout, START_PURPOSE);
  if (isRunning() !== undefined) await sleep(ENDING_IS_SAID_WITHIN_MS);
  const other = isRunning();
  if (other !== undefined) {
    throw new Failure(
      `"npm start" runs already, as process ${other.pid}: use that one, or end it with Ctrl-C or "npm stop".`,
    );
  }
  const ending = leaseFor(layout, ENDING_PURPOSE);
  if (ending !== undefined) {
    await progress.step(`waiting for process ${ending.pid}, which is ending`, async () => {
      await ended(ending, ENDS_WITHIN_MS);
      return 'the run before has ended';
    });
  }
  for (const { port, variable } of appPorts) await requireFree(port, variable);
}

function leaseFor(layout: Layout, purpose: string): Lease | undefined {
  return livingLeases(layout.leases).find((lease) => lease.purpose === purpose);
}

/** Builds, migrates and seeds every app. Returns the sections of the demo. */
async function prepare(
  { layout, apps, progress, signal }: Context,
  services: OpenServices,
): Promise<Map<string, DemoSection>> {
  const sections = new Map<string, DemoSection>();
  const urlOfNamed = (name: string): string | undefined => {
    const named = apps.find((app) => app.name === name);
    return named && urlOf(named);
  };
  const work = async (): Promise<void> => {
    await progress.step('building (the first time this takes some minutes)', () =>
      build(
        layout,
        apps.map((app) => app.packageName),
        signal,
      ),
    );
    for (const app of apps) {
      requireBuilt(layout, app);
      await progress.step(`migrating the database ${app.database}`, () =>
        migrate(layout, app, services.databaseAdminUrl, signal),
      );
      await progress.step(`making the demo of ${app.name}`, async () => {
        const env = environmentOf(layout, app, services);
        const { section, kept } = await seed(layout, app, urlOf(app), env, urlOfNamed, signal);
        sections.set(app.name, section);
        return `the demo of ${app.name} is ${kept ? 'there already' : 'made'}`;
      });
    }
  };
  await withWorkspace(layout, work, (pid) => {
    progress.line(`… waiting for process ${pid}, which is building`);
  });
  return sections;
}

function requireBuilt(layout: Layout, app: App): void {
  for (const file of [...app.entryPoints.map((entry) => entry.file), app.commandLine]) {
    if (!existsSync(path.join(layout.root, app.folder, file))) {
      throw new Failure(
        `${app.folder} has no ${file} after its build: correct the app's entry points, or remove its dist folder and run this again.`,
      );
    }
  }
}

async function runInForeground(
  { layout, apps, progress, signal }: Context,
  services: OpenServices,
  sections: ReadonlyMap<string, DemoSection>,
  running: RunningApp[],
): Promise<void> {
  const width = Math.max(
    ...apps.flatMap((app) => app.entryPoints.map((entry) => entry.name.length)),
  );
  for (const app of apps) {
    const folder = path.join(layout.root, app.folder);
    for (const entry of app.entryPoints) {
      const env = { ...process.env, ...environmentOf(layout, app, services, entry.roles) };
      const label = entry.name.padEnd(width);
      running.push(
        new RunningApp(layout, folder, entry, env, (line) => {
          progress.line(`${label} | ${line}`);
        }),
      );
    }
  }
  const oneEnded = failWhenOneEnds(running);
  // Waited for below; until then it must not count as unhandled.
  oneEnded.catch(() => undefined);
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Interrupted);
    });
    signal.throwIfAborted();
  });
  interrupted.catch(() => undefined);
  for (const app of apps) {
    for (const { name, readyPath } of app.entryPoints) {
      if (readyPath === undefined) continue;
      await progress.step(`waiting for ${name} to be ready`, async () => {
        const ready = waitUntilReady(new URL(readyPath, urlOf(app)).href, signal);
        await Promise.race([ready, oneEnded, interrupted]);
        return `${name} is ready`;
      });
    }
  }
  introduce(progress, layout, apps, services, sections);
  await Promise.race([oneEnded, interrupted]);
}

function introduce(
  progress: Progress,
  layout: Layout,
  apps: readonly App[],
  services: OpenServices,
  sections: ReadonlyMap<string, DemoSection>,
): void {
  progress.line('');
  for (const app of apps) {
    const section = sections.get(app.name);
    if (section === undefined) continue;
    const { url, ...credentials } = section;
    const console = app.console === undefined ? '' : `, its console: ${url}${app.console}`;
    progress.line(
      `${app.name.padEnd(10)} ${url}   (its questions and answers: ${url}/docs${console})`,
    );
    for (const [name, value] of flatten(credentials)) {
      progress.line(`${''.padEnd(10)} ${name} ${value}`);
    }
  }
  progress.line(`PostgreSQL ${withoutPassword(services.databaseAdminUrl)}`);
  progress.line(`Redis      ${withoutPassword(services.redisUrl)}`);
  const file = path.relative(layout.root, demoFile(layout));
  progress.line(`All of it, with the passwords, is in ${file}.`);
  progress.line('');
  for (const app of apps) {
    const section = sections.get(app.name);
    if (section === undefined) continue;
    progress.line(`Try, in another terminal, in ${layout.root}:`);
    progress.line(`  ${app.tryIt(section)}`);
  }
  progress.line('');
  progress.line('Ctrl-C stops everything; data and credentials stay.');
}

/** Each value of a section under its whole name, as `user.email`. */
function flatten(section: object, prefix = ''): [name: string, value: string][] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, String(value)] as [string, string]],
  );
}

/** What a shell may hold for a service of another sort: here it is plain HTTP on loopback. */
const plainHttp = {
  TLS_CERT: '',
  TLS_KEY: '',
  HTTP_REDIRECT_PORT: '',
  PUBLIC_URL: '',
  HOST: '',
};

/** The owner of the tables migrates them. What serves requests must not be able to sign in as it. */
const withoutOwner = { DATABASE_URL: '', DATABASE_ADMIN_URL: '' };

/**
 * What an app's processes and its command line run with.
 *
 * @param roles as which of its roles they sign in; all unless given, as the command line does
 */
export function environmentOf(
  layout: Layout,
  app: App,
  services: Pick<OpenServices, 'databaseAdminUrl' | 'redisUrl'>,
  roles: readonly string[] = app.roles.map(({ role }) => role),
): AppEnvironment {
  const ownerUrl = databaseUrl(services.databaseAdminUrl, app.database);
  return {
    ...plainHttp,
    // glibc keeps an arena a thread otherwise, which a process with worker threads pays for
    // in memory. Read before any JavaScript runs.
    MALLOC_ARENA_MAX: '2',
    // What Node has compiled is not compiled again for every command.
    NODE_COMPILE_CACHE: path.join(layout.local, 'compiled'),
    PORT: String(portOf(app)),
    SHUTDOWN_TIMEOUT_MS: String(SHUTDOWN_TIMEOUT_MS),
    ...withoutOwner,
    ...Object.fromEntries(
      // Empty for the others, whatever the shell holds.
      app.roles.map(({ role, variable }) => [
        variable,
        roles.includes(role) ? roleConnection(ownerUrl, role) : '',
      ]),
    ),
    REDIS_URL: services.redisUrl,
    ...app.environment?.({
      url: urlOf(app),
      key: (name) => localKey(layout, name),
      folder: (name) => path.join(layout.local, name),
      demoOf: (name) => demoSection(layout, name),
    }),
  };
}

export function urlOf(app: App): string {
  return `http://localhost:${portOf(app)}`;
}

function portOf({ port }: Pick<App, 'port'>): number {
  return readPort(process.env, port.variable, port.standard);
}
