import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(1).max(3_600_000);

const shared = {
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. A container needs 0.0.0.0.'),
  PORT: port.default(3000).describe('Port to listen on; 0 takes any free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where clients reach this service, when that is not where it listens.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('The least severe level that is logged.'),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'How many proxies of ours a request comes through: that many entries of X-Forwarded-For are believed.',
    ),
  REQUEST_TIMEOUT_MS: milliseconds
    .default(30_000)
    .describe('How long a request may take from its first to its last byte, answer included.'),
  SHUTDOWN_TIMEOUT_MS: milliseconds
    .default(25_000)
    .describe('How long running requests may go on after SIGTERM before they are cut off.'),
  TLS_CERT: z
    .string()
    .optional()
    .describe(
      'Certificate chain: PEM, or the path of a file. With TLS_KEY the service speaks TLS itself.',
    ),
  TLS_KEY: z
    .string()
    .optional()
    .describe('Private key of the certificate: PEM, or the path of a file.'),
  HTTP_REDIRECT_PORT: port
    .optional()
    .describe('Port on which plain HTTP is answered with a redirect to PUBLIC_URL. Needs TLS.'),
  WORKER_PORT: port
    .optional()
    .describe('Port on which a worker answers for its health and metrics; without it, none.'),
};

/**
 * The environment of a service: what every service here reads, and what this one adds.
 * Each variable of `additions` should carry a sentence, by `.describe(…)`.
 */
export function serviceEnvironment<Additions extends z.core.$ZodLooseShape>(
  additions: Additions,
): z.ZodObject<typeof shared & Additions> {
  const environment = z.object({ ...shared, ...additions }).check(({ value, issues }) => {
    for (const [variable, message] of contradictions(value as ServiceConfig)) {
      issues.push({ code: 'custom', path: [variable], message, input: undefined });
    }
  });
  return environment;
}

/** What {@link loadConfig} makes of the shared variables. */
export type ServiceConfig = z.output<z.ZodObject<typeof shared>>;

/** The schema of a service's environment, made by {@link serviceEnvironment}. */
export type ServiceEnvironment = z.ZodObject<typeof shared>;

function* contradictions(config: ServiceConfig): Generator<[keyof ServiceConfig, string]> {
  if (config.TLS_CERT !== undefined && config.TLS_KEY === undefined) {
    yield ['TLS_KEY', 'has to be set when TLS_CERT is'];
  }
  if (config.TLS_KEY !== undefined && config.TLS_CERT === undefined) {
    yield ['TLS_CERT', 'has to be set when TLS_KEY is'];
  }
  if (config.HTTP_REDIRECT_PORT === undefined) return;
  if (config.TLS_CERT === undefined) {
    yield ['HTTP_REDIRECT_PORT', 'needs TLS_CERT and TLS_KEY: there is no HTTPS to lead to'];
  }
  if (config.PUBLIC_URL?.startsWith('https://') !== true) {
    yield ['HTTP_REDIRECT_PORT', 'needs an https PUBLIC_URL to lead to'];
  }
}
