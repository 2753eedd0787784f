import express, { type RequestHandler } from 'express';
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Problem } from '../../problem.js';

export interface JsonBodyOptions {
  readonly limitBytes: number;
  /** Prefixes or patterns of the paths whose handlers read the body themselves. */
  readonly unparsedRoutes: readonly (string | RegExp)[];
  /** Whether a route for this method and path exists. */
  readonly hasRoute: (method: string, path: string) => boolean;
}

/** Parses the JSON bodies of routes that take JSON, and refuses others there. */
export function jsonBody({
  limitBytes,
  unparsedRoutes,
  hasRoute,
}: JsonBodyOptions): RequestHandler {
  const parse = express.json({
    limit: limitBytes,
    type: ['json', '+json'],
    // What is JSON and no object is refused by the schema, in words of its own.
    strict: false,
    verify: refuseIllFormed,
  });
  return (request, response, next) => {
    // Whether there is a route is asked last: that tries the patterns of all of them.
    if (
      !hasBody(request) ||
      unparsedRoutes.some((route) => isUnder(request.path, route)) ||
      !hasRoute(request.method, request.path)
    ) {
      next();
      return;
    }
    parse(request, response, (error?: unknown) => {
      if (isAbort(error)) return; // nobody is left to answer
      if (error !== undefined) next(problemOf(error, limitBytes));
      else if (request.body === undefined) next(notJson());
      else next();
    });
  };
}

/** `/v1/faces` holds `/v1/faces` and `/v1/faces/detect`, not `/v1/facets`. */
function isUnder(path: string, prefix: string | RegExp): boolean {
  if (prefix instanceof RegExp) return prefix.test(path);
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  return length !== '0' || encoding !== undefined;
}

/** What is not UTF-8 would be read as U+FFFD: another text than was sent. */
function refuseIllFormed(
  _request: IncomingMessage,
  _response: ServerResponse,
  body: Buffer,
  encoding: string,
): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new Error('the body is not UTF-8');
}

function isAbort(error: unknown): boolean {
  return (error as { type?: string } | undefined)?.type === 'request.aborted';
}

function notJson(): Problem {
  return new Problem({ status: 415, detail: 'The request body has to be application/json.' });
}

/**
 * The parser's own messages quote the body, and its errors carry it: neither is passed on, not
 * even to the log.
 */
function problemOf(error: unknown, limitBytes: number): Problem {
  const { type, status } = error as { type?: string; status?: number };
  switch (type) {
    case 'entity.parse.failed':
      return Problem.invalidRequest('The request body is not valid JSON.');
    case 'entity.verify.failed':
      return Problem.invalidRequest('The request body is not valid UTF-8.');
    case 'entity.too.large':
      return new Problem({
        status: 413,
        code: 'payload_too_large',
        detail: `The request body is larger than ${limitBytes} bytes.`,
        extensions: { limit: limitBytes },
      });
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new Problem({
        status: 415,
        detail: 'The encoding of the request body is unknown.',
      });
    default:
      return status !== undefined && status < 500
        ? Problem.invalidRequest('The request body could not be read.')
        : new Problem({ status: 500, detail: 'Something went wrong on our side.' });
  }
}
