import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/**
 * RFC 6749 §3.1.1: `response_type` is there, and is `code`. There is no implicit and no hybrid
 * flow: tokens do not travel through a browser's address bar (RFC 9700 §2.1.2).
 *
 * @throws {OAuthError} `invalid_request`, `unsupported_response_type`.
 */
export function responseType({ parameters }: AuthorizationInput): void {
  if (parameters.require('response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'The only response type is code');
  }
}
