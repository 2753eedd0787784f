import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';

/**
 * RFC 9126 §2.1: a pushed request refers to no other.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function nestedRequestUri(parameters: Parameters): void {
  if (parameters.get('request_uri') !== undefined) {
    throw new OAuthError('invalid_request', 'A pushed request has no request_uri');
  }
}
