import { constantTimeEqual } from '@nomo/security-core';
import { type Request } from 'express';
import { type Session } from './session.js';

/** What changes nothing needs no proof of where it comes from (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD']);

/** Whether a method changes something. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/**
 * Whether a browser says that a page of this origin has sent the request. What it says of itself
 * no page can forge: `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454); one of them
 * has to be there, and none may speak of elsewhere.
 */
export function isFromThisOrigin({ headers }: Request, origin: string): boolean {
  const { 'sec-fetch-site': site, origin: from } = headers;
  if (site === undefined && from === undefined) return false;
  return (
    (site === undefined || site === 'same-origin') && (from === undefined || from === origin)
  );
}

/** Whether a presented token is that of the session. */
export function isCsrfToken(presented: unknown, { csrfToken }: Session): boolean {
  if (typeof presented !== 'string') return false;
  return constantTimeEqual(presented, csrfToken);
}
