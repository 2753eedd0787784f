import { OAuthError } from '../errors.js';
import { type OAuthRequest } from './request.js';

/**
 * The value of a header that is sent at most once.
 *
 * @throws {OAuthError} `invalid_request`: it was sent more than once.
 */
export function singleHeader(
  request: OAuthRequest,
  name: 'authorization' | 'content-type' | 'dpop',
): string | undefined {
  const values = request.headers[name] ?? [];
  if (values.length > 1) {
    throw new OAuthError('invalid_request', 'A header was sent more than once');
  }
  return values[0];
}
