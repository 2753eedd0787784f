import { NestFactory } from '@nestjs/core';
import { type Server } from 'node:http';
import { type Logger } from 'pino';
import { type Environment, loadConfig } from './config.js';
import { HealthRegistry } from './health.js';
import { redirectToHttps } from './lib/http/https-redirect.js';
import { createServer } from './lib/http/server.js';
import { readTls } from './lib/http/tls.js';
import { type LogDestination } from './lib/logging/log-destination.js';
import { createLogger, standardOutput } from './lib/logging/logger.js';
import { NestLogger } from './lib/logging/nest-logger.js';
import { redactor } from './lib/logging/redaction.js';
import { openApiDocument } from './lib/openapi/document.js';
import { serveDocs } from './lib/openapi/docs.js';
import { createHttpApplication, type HttpApplication } from './lib/service/http-application.js';
import { listen } from './lib/service/listen.js';
import { runAsProcess } from './lib/service/process.js';
import { rootModule } from './lib/service/root-module.js';
import { stopInTime } from './lib/service/stop.js';
import { type Running, type RunningService } from './running.js';
import { type HttpServiceDefinition, type ServiceDefinition } from './service-definition.js';
import { type ServiceConfig, type ServiceEnvironment } from './service-environment.js';

/** 64 KiB: more than any JSON of ours that carries no image. */
const DEFAULT_JSON_LIMIT = 65_536;

export interface RunOptions {
  /** Instead of `process.env`. */
  readonly environment?: Environment;
  /** Instead of standard output. */
  readonly logDestination?: LogDestination;
}

/**
 * Starts an HTTP service inside a process that does other things as well, such as a test: no
 * signal is listened to, and failures are thrown.
 *
 * @throws {ConfigError} when the environment is wrong
 * @throws {ListenError} when the port cannot be had
 */
export async function createService<Schema extends ServiceEnvironment>(
  definition: HttpServiceDefinition<Schema>,
  options: RunOptions = {},
): Promise<RunningService> {
  const own = loadConfig(definition.environment, options.environment);
  const config: ServiceConfig = own;
  const { logger, redact, flush } = loggerFor(definition, config, options);
  const tls = readTls(config);
  const http = await createHttpApplication({
    module: rootModule(definition.module(own), config),
    config,
    logger,
    redact,
    tls,
    jsonLimitBytes: definition.jsonLimitBytes ?? DEFAULT_JSON_LIMIT,
    unparsedRoutes: definition.unparsedRoutes ?? [],
    notFoundPage: definition.notFoundPage,
    directRoutes: definition.directRoutes ?? (() => []),
  });
  const document = openApiDocument(http.app, {
    title: definition.name,
    version: definition.version,
    description: definition.description,
    api: definition.api ?? {},
    publicUrl: config.PUBLIC_URL,
  });
  serveDocs(http.express, document);
  const scheme = tls === undefined ? 'http' : 'https';
  const { url, redirect } = await closeUnless(http, async () => {
    const port = await listen(http.server, config.HOST, config.PORT, 'PORT');
    return {
      url: urlOf(scheme, config.HOST, port),
      redirect: await startRedirect(config, logger),
    };
  });
  logger.info({ url, version: definition.version }, 'listening');
  return {
    url,
    redirectUrl: redirect?.url,
    app: http.app,
    logger,
    flush,
    close: once(async () => {
      http.app.get(HealthRegistry).beginShutdown();
      redirect?.server.close();
      redirect?.server.closeAllConnections();
      const inTime = await stopInTime(http, config.SHUTDOWN_TIMEOUT_MS, logger);
      flush();
      return inTime;
    }),
  };
}

/**
 * Starts a process without an API of its own, such as a queue's worker; otherwise like
 * {@link createService}. With WORKER_PORT it answers for its health and metrics there.
 */
export async function createWorker<Schema extends ServiceEnvironment>(
  definition: ServiceDefinition<Schema>,
  options: RunOptions = {},
): Promise<Running> {
  const own = loadConfig(definition.environment, options.environment);
  const config: ServiceConfig = own;
  const { logger, redact, flush } = loggerFor(definition, config, options);
  const module = rootModule(definition.module(own), config);
  const finish = (stop: () => Promise<boolean>): (() => Promise<boolean>) =>
    once(async () => {
      const inTime = await stop();
      flush();
      return inTime;
    });

  if (config.WORKER_PORT === undefined) {
    const app = await NestFactory.createApplicationContext(module, {
      logger: new NestLogger(logger),
      abortOnError: false,
    });
    logger.info({ version: definition.version }, 'working');
    const stop = (): Promise<boolean> =>
      stopInTime({ app }, config.SHUTDOWN_TIMEOUT_MS, logger);
    return { url: undefined, redirectUrl: undefined, app, logger, flush, close: finish(stop) };
  }

  const http = await createHttpApplication({
    module,
    config,
    logger,
    redact,
    tls: undefined,
    jsonLimitBytes: DEFAULT_JSON_LIMIT,
    unparsedRoutes: [],
    notFoundPage: undefined,
    directRoutes: () => [],
  });
  const { HOST: host, WORKER_PORT: wanted } = config;
  const port = await closeUnless(http, () => listen(http.server, host, wanted, 'WORKER_PORT'));
  const url = urlOf('http', host, port);
  logger.info({ url, version: definition.version }, 'working');
  const stop = (): Promise<boolean> => {
    http.app.get(HealthRegistry).beginShutdown();
    return stopInTime(http, config.SHUTDOWN_TIMEOUT_MS, logger);
  };
  return { url, redirectUrl: undefined, app: http.app, logger, flush, close: finish(stop) };
}

/**
 * Runs an HTTP service as this process: the whole of a `main.ts`. Answers `--help` with its
 * environment variables, stops on SIGTERM and SIGINT, and exits 0 after a clean stop. What
 * keeps it from starting is one sentence on standard error and exit code 1.
 */
export async function startService<Schema extends ServiceEnvironment>(
  definition: HttpServiceDefinition<Schema>,
): Promise<void> {
  await runAsProcess(definition, () => createService(definition));
}

/** Runs a worker as this process; otherwise like {@link startService}. */
export async function startWorker<Schema extends ServiceEnvironment>(
  definition: ServiceDefinition<Schema>,
): Promise<void> {
  await runAsProcess(definition, () => createWorker(definition));
}

function loggerFor(
  { name, redact: forms = [] }: Pick<ServiceDefinition, 'name' | 'redact'>,
  config: ServiceConfig,
  { logDestination: destination = standardOutput() }: RunOptions,
): { logger: Logger; redact: (text: string) => string; flush: () => void } {
  const redact = redactor(forms);
  const logger = createLogger({ service: name, level: config.LOG_LEVEL, redact, destination });
  return { logger, redact, flush: () => destination.flushSync?.() };
}

/** A service that cannot start listening must not leave its pools and timers behind. */
async function closeUnless<T>(
  { app }: HttpApplication,
  startListening: () => Promise<T>,
): Promise<T> {
  try {
    await app.init();
    return await startListening();
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function startRedirect(
  config: ServiceConfig,
  logger: Logger,
): Promise<{ server: Server; url: string } | undefined> {
  const { HTTP_REDIRECT_PORT: wanted, PUBLIC_URL: publicUrl, HOST: host } = config;
  if (wanted === undefined || publicUrl === undefined) return undefined;
  const server = createServer(redirectToHttps(publicUrl), {
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    tls: undefined,
    logger,
  });
  const port = await listen(server, host, wanted, 'HTTP_REDIRECT_PORT');
  return { server, url: urlOf('http', host, port) };
}

function urlOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined;
  return () => (outcome ??= run());
}
