import { STATUS_CODES } from 'node:http';

/** The statuses whose code is not simply their name. */
const codes = new Map([
  [400, 'invalid_request'],
  [401, 'unauthenticated'],
  [408, 'request_timeout'],
  [429, 'rate_limited'],
  [431, 'headers_too_large'],
  [500, 'internal_error'],
  [503, 'unavailable'],
]);

/** @returns the code of a failure of which no more is known than its HTTP status */
export function codeOf(status: number): string {
  const name =
    codes.get(status) ??
    STATUS_CODES[status] ??
    (status < 500 ? 'invalid_request' : 'internal_error');
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}
