import { type RequestHandler } from 'express';
import helmet from 'helmet';

/** Two years: what browsers ask for before they preload a host. */
const HSTS_SECONDS = 63_072_000;

/**
 * @param overTls whether clients reach the service by HTTPS; only then may a browser be told
 *   to insist on it
 */
export function securityHeaders(overTls: boolean): RequestHandler {
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
  return (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    setHeaders(request, response, next);
  };
}
