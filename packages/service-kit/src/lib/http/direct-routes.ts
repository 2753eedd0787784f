import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Logger } from 'pino';
import { type DirectRoute } from '../../direct-route.js';
import { answerFailure } from '../problems/answer-failure.js';
import { problemOfHead } from './request-head.js';
import { type BegunRequest } from './request-lifecycle.js';

export interface DirectRoutesOptions {
  readonly begin: (begun: BegunRequest) => void;
  readonly setHeaders: (response: ServerResponse) => void;
  readonly logger: Logger;
}

/** A segment without an escape, the rest of the path, and no more of the query than its mark. */
const PLAIN = /^\/([\w-]+)(\/[^?]*)/;

/** @returns answers a request that is for one of the routes; `false` for any other */
export function directRoutes(
  routes: readonly DirectRoute[],
  { begin, setHeaders, logger }: DirectRoutesOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const byPath = new Map(
    routes.map((route) => [`${route.method} ${route.route.replace(/^\/[^/]*/, '')}`, route]),
  );
  return (request, response) => {
    const [path, parameter = '', rest = ''] = PLAIN.exec(request.url ?? '') ?? [];
    if (path === undefined) return false;
    const found = byPath.get(`${request.method ?? ''} ${rest}`);
    if (found === undefined) return false;
    const serve = async (): Promise<void> => {
      setHeaders(response);
      const problem = problemOfHead(request);
      if (problem !== undefined) throw problem;
      await found.answer(request, response, parameter);
    };
    begin({
      request,
      response,
      path,
      routeOf: () => found.route,
      serve: () => {
        serve().catch((failure: unknown) => {
          answerFailure(logger, request, response, failure);
        });
      },
    });
    return true;
  };
}
