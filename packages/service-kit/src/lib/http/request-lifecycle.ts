import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Logger } from 'pino';
import { type Metrics } from '../../metrics.js';
import { Problem } from '../../problem.js';
import { runInContext } from '../../request-context.js';
import { errorFields } from '../logging/error-fields.js';
import { loggablePath } from '../logging/loggable-path.js';
import { noteProblem, problemOfAnswer, sendProblem } from '../problems/send-problem.js';
import { type ActiveRequests } from './active-requests.js';
import { clientAddressOf, requestIdOf } from './request-identity.js';

export interface LifecycleOptions {
  readonly logger: Logger;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly metrics: Metrics;
  readonly active: ActiveRequests;
  readonly trustedProxies: number;
  readonly requestTimeoutMs: number;
}

/** Asked for every few seconds by machines: not worth a line at the usual level. */
const probes = /^\/(?:health\/|metrics$)/;

/** nginx's status for a client that went away: for the log only, nobody is sent it. */
const CLIENT_LEFT = 499;

/** Enough for a sentence of a driver. */
const LONGEST_REASON = 300;

/** A request that begins, and how it goes on. */
export interface BegunRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the query. */
  readonly path: string;
  /** The template of its route; asked for at the end, and undefined when none has matched. */
  readonly routeOf: () => string | undefined;
  readonly serve: () => void;
}

/**
 * The first thing that a request meets: gives it its context, its deadline, its log line and
 * its place in the metrics.
 */
export function requestLifecycle(options: LifecycleOptions): (begun: BegunRequest) => void {
  const { logger, redact, metrics, active, trustedProxies, requestTimeoutMs } = options;
  return ({ request, response, path, routeOf, serve }) => {
    const began = performance.now();
    const { socket, method = '' } = request;
    const bytesBefore = socket.bytesWritten;
    const gone = new AbortController();
    const context = {
      id: requestIdOf(request, trustedProxies),
      clientAddress: clientAddressOf(request, trustedProxies),
      signal: gone.signal,
    };
    response.setHeader('x-request-id', context.id);
    metrics.requestBegan();
    active.add(response);

    const deadline = setTimeout(() => {
      gone.abort();
      answerLate(request, response);
    }, requestTimeoutMs);

    response.once('close', () => {
      clearTimeout(deadline);
      const answered = response.writableFinished;
      if (!answered) gone.abort();
      const milliseconds = performance.now() - began;
      const route = routeOf();
      metrics.requestEnded({
        method,
        route,
        status: answered ? response.statusCode : 'aborted',
        seconds: milliseconds / 1000,
      });
      const problem = problemOfAnswer(response);
      // What we did not break off ourselves, the client did not wait for: nginx's 499.
      const status = answered || problem !== undefined ? response.statusCode : CLIENT_LEFT;
      logger[levelFor(path, status, problem)](
        {
          requestId: context.id,
          ip: context.clientAddress,
          method,
          // The template of a route has no secret in it; a path may be one.
          path: route ?? loggablePath(path, redact),
          route,
          status,
          ...(!answered && { aborted: true }),
          problem: problem?.code,
          ...(problem?.expected === true && { reason: reasonOf(problem, redact) }),
          durationMs: Math.round(milliseconds * 1000) / 1000,
          responseBytes: socket.bytesWritten - bytesBefore,
        },
        'request',
      );
    });

    runInContext(request, context, serve);
  };
}

function levelFor(
  path: string,
  status: number,
  problem: Problem | undefined,
): 'debug' | 'info' | 'warn' | 'error' {
  if (probes.test(path)) return 'debug';
  if (status < 500) return 'info';
  return problem?.expected === true ? 'warn' : 'error';
}

/** @returns what an expected problem came from; a stack would only hide it */
function reasonOf({ cause }: Problem, redact: (text: string) => string): string | undefined {
  if (cause === undefined) return undefined;
  return redact(errorFields(cause).message).slice(0, LONGEST_REASON);
}

/** Whose time it was that ran out depends on whether the whole request had come. */
function answerLate(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    noteProblem(response, answerTimedOut());
    response.destroy();
    return;
  }
  if (request.complete) {
    sendProblem(request, response, answerTimedOut());
    return;
  }
  response.setHeader('connection', 'close');
  const detail = 'The request took too long to arrive.';
  sendProblem(request, response, new Problem({ status: 408, detail }));
}

function answerTimedOut(): Problem {
  const detail = 'The answer took too long to make.';
  return new Problem({ status: 503, code: 'timeout', detail });
}
