import path from 'node:path';

import { Client } from 'pg';

import { withLock } from '../process-lock.mjs';
import { Failure } from './failure.ts';
import { type Layout } from './layout.ts';
import { livingLeases, type ServiceName, takeLease } from './leases.ts';
import { ensurePostgres, stopPostgres } from './postgres/shared.ts';
import { requireDistinct } from './ports.ts';
import { type Progress } from './progress.ts';
import { askInfo } from './redis/server.ts';
import { ensureRedis, stopRedis } from './redis/shared.ts';
import { ownPorts, type Settings } from './settings.ts';

/** How long an outside server may take to answer at all. */
const OUTSIDE_TIMEOUT_MS = 10_000;

/** Servers that stay up until they are given back. */
export interface OpenServices {
  readonly databaseAdminUrl: string;
  readonly redisUrl: string;
  /** Tells other runs what this one is at. */
  readonly describe: (purpose: string) => void;
  /** Gives them back. The last run to do so stops what runs locally. */
  close(progress?: Progress): Promise<void>;
}

interface Options {
  readonly layout: Layout;
  readonly settings: Settings;
  readonly purpose: string;
  readonly progress: Progress;
}

/** Makes sure that PostgreSQL and Redis are there, local or outside, and claims them. */
export async function openServices(options: Options): Promise<OpenServices> {
  const { layout, settings, progress } = options;
  const { databaseAdminUrl: outsidePostgres, redisUrl: outsideRedis } = settings;
  requireDistinct(ownPorts(settings));
  let databaseAdminUrl = outsidePostgres?.href ?? '';
  let redisUrl = outsideRedis?.href ?? '';
  if (outsidePostgres) {
    await progress.step('asking PostgreSQL', () => greetPostgres(outsidePostgres));
  }
  if (outsideRedis) await progress.step('asking Redis', () => greetRedis(outsideRedis));
  const { describe, close } = await claim(options, [
    ...(outsidePostgres ? [] : ['postgres' as const]),
    ...(outsideRedis ? [] : ['redis' as const]),
  ]);
  try {
    await locked(options, async () => {
      if (!outsidePostgres) {
        await progress.step(
          'starting PostgreSQL (the first time its data is made)',
          async () => {
            const inUse = isInUse(layout, 'postgres');
            const server = await ensurePostgres(layout, settings.postgresPort, inUse);
            databaseAdminUrl = server.adminUrl;
            return `PostgreSQL ${server.version} on ${server.port}${server.adopted ? ' runs already' : ''}`;
          },
        );
      }
      if (!outsideRedis) {
        await progress.step(
          'starting Redis (fetched the first time if there is none)',
          async () => {
            const server = await ensureRedis(
              layout,
              settings.redisPort,
              isInUse(layout, 'redis'),
            );
            redisUrl = server.url;
            return `${server.version} on ${server.port}${server.adopted ? ' runs already' : ''}`;
          },
        );
      }
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { databaseAdminUrl, redisUrl, describe, close };
}

/** As `openServices`, for a test run that needs PostgreSQL alone. */
export async function openPostgres({
  layout,
  settings,
  purpose,
}: Omit<Options, 'progress'>): Promise<Pick<OpenServices, 'databaseAdminUrl' | 'close'>> {
  const { databaseAdminUrl: outside } = settings;
  if (outside) return { databaseAdminUrl: outside.href, close: () => Promise.resolve() };
  const { close } = await claim({ layout, purpose }, ['postgres']);
  try {
    const server = await locked({ layout }, () =>
      ensurePostgres(layout, settings.postgresPort, isInUse(layout, 'postgres')),
    );
    return { databaseAdminUrl: server.adminUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Stops the local servers, whoever uses them. @returns what was stopped */
export async function stopServices(layout: Layout): Promise<string[]> {
  return locked({ layout }, async () => {
    const stopped: string[] = [];
    const redis = await stopRedis(layout);
    if (redis !== undefined) stopped.push(`Redis on ${redis}`);
    const postgres = await stopPostgres(layout);
    if (postgres !== undefined) stopped.push(`PostgreSQL on ${postgres}`);
    return stopped;
  });
}

/**
 * Takes the lease before the servers are looked at: from then on no other run, ending
 * meanwhile, stops them.
 */
async function claim(
  { layout, purpose }: Pick<Options, 'layout' | 'purpose'>,
  services: readonly ServiceName[],
): Promise<Pick<OpenServices, 'describe' | 'close'>> {
  const lease = await locked({ layout }, () => takeLease(layout.leases, purpose, services));
  let closed: Promise<void> | undefined;
  const close: OpenServices['close'] = (progress) => {
    closed ??= locked({ layout }, async () => {
      lease.giveUp();
      const inUse = new Set(livingLeases(layout.leases).flatMap((lease) => lease.services));
      // Redis first: what writes to both asks PostgreSQL last.
      for (const [name, title, stop] of [
        ['redis', 'Redis', stopRedis],
        ['postgres', 'PostgreSQL', stopPostgres],
      ] as const) {
        if (!services.includes(name)) continue;
        if (inUse.has(name)) {
          progress?.line(`${title} stays up: another run uses it`);
          continue;
        }
        const port = await stop(layout);
        if (port !== undefined) progress?.line(`${title} on ${port} stopped`);
      }
    });
    return closed;
  };
  return { describe: lease.describe, close };
}

function isInUse(layout: Layout, service: ServiceName): boolean {
  return livingLeases(layout.leases).some(
    (lease) => lease.pid !== process.pid && lease.services.includes(service),
  );
}

async function locked<T>(
  { layout, progress }: Pick<Options, 'layout'> & Partial<Options>,
  work: () => T | Promise<T>,
): Promise<T> {
  return withLock(path.join(layout.locks, 'services'), work, {
    onWait: ({ pid }) => {
      progress?.line(`… waiting for process ${pid}, which is starting or stopping the servers`);
    },
  });
}

async function greetPostgres(url: URL): Promise<string> {
  const client = new Client({
    connectionString: url.href,
    connectionTimeoutMillis: OUTSIDE_TIMEOUT_MS,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return `PostgreSQL ${rows[0]?.server_version ?? ''} at ${url.host}, not ours`;
  } catch (error) {
    throw new Failure(
      `The PostgreSQL of DATABASE_ADMIN_URL at ${url.host} does not let us in (${reason(error)}): start it or correct the address, or unset DATABASE_ADMIN_URL to have a local one.`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function greetRedis(url: URL): Promise<string> {
  try {
    const version = /^redis_version:(\S+)/m.exec(await askInfo(url.href))?.[1] ?? '';
    return `Redis ${version} at ${url.host}, not ours`;
  } catch (error) {
    throw new Failure(
      `The Redis of REDIS_URL at ${url.host} does not let us in (${reason(error)}): start it or correct the address, or unset REDIS_URL to have a local one.`,
    );
  }
}

function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
