import { type Application } from '@nomo/oauth-engine';
import { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Which pages of other origins may read an answer (the Fetch standard's CORS). Never with
 * cookies: `Access-Control-Allow-Credentials` is sent nowhere.
 */

/** How long a browser may remember that it may ask. */
const PREFLIGHT_SECONDS = 600;

/** Public documents, and answers to whoever shows an access token: any page may read those. */
export function allowAnyOrigin(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', 'ETag, WWW-Authenticate');
}

/** Answers of the endpoints that applications call: pages of the application itself may read those. */
export function allowOriginOf(
  application: Application | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.appendHeader('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined || application === undefined) return;
  if (!originsOf(application).includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'WWW-Authenticate, Retry-After');
}

/**
 * Answers a preflight. A browser does not say in it which application asks, so every page may
 * send its request, as every program may; who may read the answer is decided with the answer.
 */
export function answerPreflight(response: ServerResponse, methods: string): void {
  response
    .writeHead(204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization, content-type, dpop',
      'access-control-max-age': String(PREFLIGHT_SECONDS),
    })
    .end();
}

/** Only programs in browsers have pages that ask by themselves. */
function originsOf({ type, redirectUris }: Application): string[] {
  if (type !== 'single_page') return [];
  return redirectUris.map((uri) => new URL(uri).origin);
}
