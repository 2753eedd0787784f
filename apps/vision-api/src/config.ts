import { checkpointEnvironment } from '@nomo/audit/environment';
import { serviceEnvironment } from '@nomo/service-kit';
import { z } from 'zod';
import {
  ROLES,
  rolesOfApi,
  rolesOfWorker,
  SERVICE_ROLES,
  urlVariableOf,
  type Role,
  type ServiceRole,
} from './roles.js';

const MEBIBYTE = 1024 * 1024;

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ }).optional();

/**
 * An issuer names itself by https (OpenID Connect Core 1.0, section 2); on this machine alone
 * plain http hands nothing to a network.
 */
const issuer = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(
    (url) => !url.startsWith('http:') || isLoopback(new URL(url).hostname),
    'has to begin with https, but for a provider on this machine',
  );

const variables = serviceEnvironment({
  SERVICE_ROLE: z
    .enum(SERVICE_ROLES)
    .default('all')
    .describe('The function this process has: all of them, or one with its rights alone.'),
  DATABASE_URL_VISION: databaseUrl.describe(
    'How nomosly_vision signs in to PostgreSQL: image operations and the gate before them.',
  ),
  DATABASE_URL_KEYS: databaseUrl.describe(
    'How nomosly_keys signs in: making and revoking keys.',
  ),
  DATABASE_URL_BILLING: databaseUrl.describe('How nomosly_billing signs in: sums of usage.'),
  DATABASE_URL_WEBHOOK: databaseUrl.describe(
    'How nomosly_webhook signs in: news of customers.',
  ),
  DATABASE_URL_ADMIN: databaseUrl.describe('How nomosly_admin signs in: administration.'),
  DATABASE_URL_CONSOLE: databaseUrl.describe(
    'How nomosly_console signs in: the sessions of the console and the audit trail it shows.',
  ),
  DATABASE_URL_WORKER: databaseUrl.describe(
    'How nomosly_worker signs in: writing usage and audit events, in the worker alone.',
  ),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .describe('Redis connection string: limits, key records and the usage queue.'),
  RATE_LIMIT_PER_SECOND: z.coerce
    .number()
    .min(0.01)
    .max(1_000_000)
    .default(20)
    .describe('Requests per second that the whole service sustains.'),
  RATE_LIMIT_BURST: z.coerce
    .number()
    .int()
    .positive()
    .max(1_000_000_000)
    .default(50)
    .describe('Requests that may arrive at once before the rate applies.'),
  RATE_LIMIT_PROCESSES: z.coerce
    .number()
    .int()
    .positive()
    .max(10_000)
    .default(1)
    .describe(
      'How many processes share the rate: each keeps to its part of it while Redis is away.',
    ),
  DAILY_QUOTA: z.coerce
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe('Requests that one API key may make in a UTC day.'),
  USAGE_QUEUE_LIMIT: z.coerce
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe(
      'Batches of usage that may wait in Redis; beyond it usage goes straight to PostgreSQL.',
    ),
  OIDC_ISSUER: issuer
    .optional()
    .describe(
      'The OpenID Connect provider that signs people in to the console, and whose access tokens are taken; without it there are none.',
    ),
  OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('As what the provider knows the console.'),
  OIDC_CLIENT_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe('What the console shows the provider; without it it is a public client.'),
  OIDC_AUDIENCE: z
    .string()
    .min(1)
    .max(2000)
    .default('vision-api')
    .describe('What access tokens for this service have as their audience.'),
  OIDC_PROVIDER_NAME: z
    .string()
    .min(1)
    .max(60)
    .default('NamoID')
    .describe('What the pages call the provider.'),
  CONSOLE_FOLDER: z
    .string()
    .min(1)
    .optional()
    .describe('Where the built pages of the console lie, when not beside this program.'),
  SESSION_IDLE_MINUTES: z.coerce
    .number()
    .int()
    .positive()
    .max(1440)
    .default(60)
    .describe('Minutes without use after which a session of the console is over.'),
  SESSION_HOURS: z.coerce
    .number()
    .int()
    .positive()
    .max(720)
    .default(12)
    .describe('Hours after which a session of the console is over in any case.'),
  ...checkpointEnvironment,
  ENGINE_WORKERS: z.coerce
    .number()
    .int()
    .positive()
    .max(64)
    .optional()
    .describe('Worker threads of the vision engine; by default one a core, as memory allows.'),
  ENGINE_QUEUE_LIMIT: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Requests that may wait for a worker before the service answers 503.'),
  ENGINE_DEADLINE_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe(
      'Milliseconds after which a request that still waits for the engine is given up.',
    ),
  UPLOAD_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .min(64 * MEBIBYTE)
    .default(512 * MEBIBYTE)
    .describe(
      'Memory that requests with images may hold at once; beyond it the service answers 503.',
    ),
});

/** The limits' own bound: a bucket that takes longer to fill is a quota. */
const SECONDS_A_YEAR = 365 * 86_400;

/** Every environment variable this service reads, with a sentence each. */
const environment = variables.check(({ value, issues }) => {
  if (value.RATE_LIMIT_BURST / value.RATE_LIMIT_PER_SECOND > SECONDS_A_YEAR) {
    issues.push({
      code: 'custom',
      path: ['RATE_LIMIT_BURST'],
      message: 'has to be regained within a year at RATE_LIMIT_PER_SECOND',
      input: undefined,
    });
  }
  if (value.OIDC_ISSUER !== undefined && value.OIDC_CLIENT_ID === undefined) {
    issues.push({
      code: 'custom',
      path: ['OIDC_CLIENT_ID'],
      message: 'has to be set when OIDC_ISSUER is',
      input: undefined,
    });
  }
});

/** The environment, checked. Injected as the kit's `CONFIG`. */
export type Config = z.output<typeof environment>;

/** Where browsers reach the service: scheme, host and port. */
export function publicOrigin({
  PUBLIC_URL,
  PORT,
}: Pick<Config, 'PUBLIC_URL' | 'PORT'>): string {
  return new URL(PUBLIC_URL ?? `http://localhost:${PORT}`).origin;
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

type RolesOf = (serviceRole: ServiceRole) => readonly Role[] | undefined;

/**
 * The environment of one sort of process: SERVICE_ROLE has to be one that it can have, and
 * the roles it then acts in have to be able to sign in.
 */
function environmentFor(rolesOf: RolesOf, cure: string): typeof environment {
  // Said along with everything else that is wrong, so that nobody has to start ten times.
  const always = { when: () => true };
  const roles = ({ SERVICE_ROLE: serviceRole }: Config): readonly Role[] => {
    const known = SERVICE_ROLES.find((name) => name === serviceRole);
    return (known === undefined ? undefined : rolesOf(known)) ?? [];
  };
  return environment.check(
    z.refine<Config>(({ SERVICE_ROLE: serviceRole }) => rolesOf(serviceRole) !== undefined, {
      path: ['SERVICE_ROLE'],
      error: cure,
    }),
    ...ROLES.map((role) =>
      z.refine<Config>(
        (config) => !roles(config).includes(role) || config[urlVariableOf(role)] !== undefined,
        {
          ...always,
          path: [urlVariableOf(role)],
          error: 'is not set, and this process needs it: its SERVICE_ROLE acts in that role',
        },
      ),
    ),
  );
}

/** The environment of a process that answers HTTP. */
export const apiEnvironment = environmentFor(
  rolesOfApi,
  'has no routes to serve: set all, vision, billing or console (the worker is dist/worker.js)',
);

/** The environment of the worker. */
export const workerEnvironment = environmentFor(
  rolesOfWorker,
  'is not the role of a worker: set all or worker',
);

/** The environment of the command line, which signs in as what a command needs. */
export const commandEnvironment = (...roles: readonly Role[]): typeof environment =>
  environmentFor(() => roles, '');
