import {
  type DynamicModule,
  type INestApplicationContext,
  StandardSchemaSerializerInterceptor,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type RequestListener, type Server } from 'node:http';
import { type Logger } from 'pino';
import { type DirectRoute } from '../../direct-route.js';
import { Metrics } from '../../metrics.js';
import { type HttpServiceDefinition } from '../../service-definition.js';
import { type ServiceConfig } from '../../service-environment.js';
import { ActiveRequests } from '../http/active-requests.js';
import { allowedMethods } from '../http/allowed-methods.js';
import { jsonBody } from '../http/json-body.js';
import { directRoutes } from '../http/direct-routes.js';
import { problemOfHead } from '../http/request-head.js';
import { requestLifecycle } from '../http/request-lifecycle.js';
import { securityHeaders } from '../http/security-headers.js';
import { createServer } from '../http/server.js';
import { type TlsMaterial } from '../http/tls.js';
import { InputPipe } from '../input/input.pipe.js';
import { InputTextInterceptor } from '../input/input-text.interceptor.js';
import { NestLogger } from '../logging/nest-logger.js';
import { ProblemFilter } from '../problems/problem-filter.js';
import { HttpAdapter } from './http-adapter.js';

export interface HttpApplication {
  readonly app: NestExpressApplication;
  readonly express: Express;
  readonly server: Server;
  readonly active: ActiveRequests;
}

export interface HttpApplicationOptions {
  readonly module: DynamicModule;
  readonly config: ServiceConfig;
  readonly logger: Logger;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly tls: TlsMaterial | undefined;
  readonly jsonLimitBytes: number;
  readonly unparsedRoutes: readonly (string | RegExp)[];
  readonly notFoundPage: HttpServiceDefinition['notFoundPage'];
  readonly directRoutes: (app: INestApplicationContext) => readonly DirectRoute[];
}

/** Puts a Nest application together; what follows is the order in which a request meets it. */
export async function createHttpApplication(
  options: HttpApplicationOptions,
): Promise<HttpApplication> {
  const { module, config, logger, redact, tls } = options;
  // `unparsedRoutes` are compared as they are written, so routes have to be, too.
  const expressApp = express()
    .disable('x-powered-by')
    .disable('etag')
    .enable('case sensitive routing');
  const requestTimeoutMs = config.REQUEST_TIMEOUT_MS;
  let answerDirectly: ReturnType<typeof directRoutes> = () => false;
  const listener: RequestListener = (request, response) => {
    if (!answerDirectly(request, response)) expressApp(request, response);
  };
  const server = createServer(listener, { requestTimeoutMs, tls, logger });
  const active = new ActiveRequests(server);
  const app = await NestFactory.create<NestExpressApplication>(
    module,
    new HttpAdapter(expressApp, server),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );

  const allowed = (path: string): string[] => allowedMethods(expressApp, path);
  const trustedProxies = config.TRUSTED_PROXIES;
  const metrics = app.get(Metrics);
  const begin = requestLifecycle({
    logger,
    redact,
    metrics,
    active,
    trustedProxies,
    requestTimeoutMs,
  });
  const setHeaders = securityHeaders(
    tls !== undefined || config.PUBLIC_URL?.startsWith('https:') === true,
  );
  answerDirectly = directRoutes(options.directRoutes(app), { begin, setHeaders, logger });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const routeOf = (): string | undefined => templateOf(request.route);
    begin({ request, response, path: request.path, routeOf, serve: next });
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    setHeaders(response);
    next(problemOfHead(request));
  });
  app.use(
    jsonBody({
      limitBytes: options.jsonLimitBytes,
      unparsedRoutes: options.unparsedRoutes,
      hasRoute: (method, path) => allowed(path).includes(method),
    }),
  );
  app.useGlobalPipes(new InputPipe());
  app.useGlobalInterceptors(
    new InputTextInterceptor(),
    new StandardSchemaSerializerInterceptor(app.get(Reflector)),
  );
  app.useGlobalFilters(new ProblemFilter(logger, allowed, options.notFoundPage));
  return { app, express: expressApp, server, active };
}

function templateOf(route: unknown): string | undefined {
  const { path } = (route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : undefined;
}
