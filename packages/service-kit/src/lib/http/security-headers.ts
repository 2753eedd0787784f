import { type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { type ServerResponse } from 'node:http';

/** Two years: what browsers ask for before they preload a host. */
const HSTS_SECONDS = 63_072_000;

/**
 * @param overTls whether clients reach the service by HTTPS; only then may a browser be told
 *   to insist on it
 * @returns puts the headers that every answer begins with on an answer
 */
export function securityHeaders(overTls: boolean): (response: ServerResponse) => void {
  const setHeaders = helmet({
    // An answer of an API is never a page: it may load nothing, and nothing may frame it.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: overTls && { maxAge: HSTS_SECONDS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  const headers = [['cache-control', 'no-store'] as const, ...headersSetBy(setHeaders)];
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}

/** They depend on nothing of a request, so they are put together once and not for each. */
function headersSetBy(middleware: RequestHandler): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  const recorder = {
    // Node looks headers up by their names in lower case, which these have from here on.
    setHeader: (name: string, value: string) => headers.push([name.toLowerCase(), value]),
    removeHeader: () => undefined,
  };
  void middleware({} as Request, recorder as unknown as Response, () => undefined);
  return headers;
}
