import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';

/**
 * RFC 6749 §4.1.3: the redirect URI of the authorization request is said again, character by
 * character, the port of a loopback address included: it tells where the code really went.
 *
 * @throws {OAuthError} `invalid_grant`. `invalid_request`: it is missing.
 */
export function sameRedirectUri(parameters: Parameters, redirectUri: string): void {
  if (parameters.require('redirect_uri') !== redirectUri) {
    throw new OAuthError('invalid_grant', 'The code was sent to another redirect URI');
  }
}
