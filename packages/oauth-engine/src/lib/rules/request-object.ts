import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/**
 * OpenID Connect Core §3.1.2.6: requests by value, and by a reference that we would have to
 * fetch, do not exist. A reference to a pushed request never comes here: it was resolved before.
 *
 * @throws {OAuthError} `request_not_supported`, `request_uri_not_supported`.
 */
export function requestObject({ parameters }: AuthorizationInput): void {
  if (parameters.get('request') !== undefined) {
    throw new OAuthError('request_not_supported', 'Request objects are not supported');
  }
  if (parameters.get('request_uri') !== undefined) {
    throw new OAuthError(
      'request_uri_not_supported',
      'The only request URIs are those of pushed requests',
    );
  }
}
