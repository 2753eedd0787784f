import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/** It is stored and stands in every ID token; a digest or a random value is far shorter. */
const longestNonce = 1_024;

/**
 * OpenID Connect Core §3.1.2.1: passed on to the ID token unmodified.
 *
 * @throws {OAuthError} `invalid_request`: too long to keep.
 */
export function nonce({ parameters }: AuthorizationInput): string | undefined {
  const value = parameters.get('nonce');
  if (value !== undefined && value.length > longestNonce) {
    throw new OAuthError('invalid_request', 'The nonce is too long');
  }
  return value;
}
