import { Failure } from './failure.ts';
import { type ChosenPort } from './ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a person may choose through the environment. */
export interface Settings {
  readonly postgresPort: number;
  readonly redisPort: number;
  /** A PostgreSQL that is run by somebody else: nothing is started or stopped then. */
  readonly databaseAdminUrl?: URL;
  /** A Redis that is run by somebody else: nothing is started or stopped then. */
  readonly redisUrl?: URL;
}

/** Reads the settings. @throws Failure that names the variable and what it should hold */
export function readSettings(env: Environment = process.env): Settings {
  const databaseAdminUrl = readUrl(env, 'DATABASE_ADMIN_URL', ['postgres:', 'postgresql:']);
  const redisUrl = readUrl(env, 'REDIS_URL', ['redis:', 'rediss:']);
  return {
    postgresPort: readPort(env, 'POSTGRES_PORT', 54329),
    redisPort: readPort(env, 'REDIS_PORT', 63799),
    ...(databaseAdminUrl && { databaseAdminUrl }),
    ...(redisUrl && { redisUrl }),
  };
}

/** Where our own servers are going to listen. */
export function ownPorts(settings: Settings): ChosenPort[] {
  return [
    ...(settings.databaseAdminUrl
      ? []
      : [{ port: settings.postgresPort, variable: 'POSTGRES_PORT' }]),
    ...(settings.redisUrl ? [] : [{ port: settings.redisPort, variable: 'REDIS_PORT' }]),
  ];
}

/** A port from the environment. An empty variable counts as none. */
export function readPort(env: Environment, name: string, standard: number): number {
  const text = env[name] ?? '';
  if (text === '') return standard;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Failure(`${name} is "${text}": set it to a port from 1 to 65535.`);
  }
  return port;
}

function readUrl(
  env: Environment,
  name: string,
  protocols: readonly string[],
): URL | undefined {
  const text = env[name] ?? '';
  if (text === '') return undefined;
  // The value may hold a password, so the sentence does not repeat it.
  const problem = new Failure(
    `${name} is not a connection string: set it to ${protocols[0] ?? ''}//user:password@host:port, or unset it to have a local server.`,
  );
  if (!URL.canParse(text)) throw problem;
  const url = new URL(text);
  if (!protocols.includes(url.protocol)) throw problem;
  return url;
}

/** A connection string as it may be shown: what it signs in with stays untold. */
export function withoutPassword(connectionString: string): string {
  const url = new URL(connectionString);
  if (url.password !== '') url.password = '***';
  return url.href;
}

/** The same server, another database. */
export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
