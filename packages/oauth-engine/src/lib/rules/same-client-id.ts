import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/**
 * RFC 9126 §2.1: the `client_id` of a pushed request is that of the application that was
 * authenticated, whichever way it was.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function sameClientId({ clientId }: Application, parameters: Parameters): void {
  const named = parameters.get('client_id');
  if (named !== undefined && named !== clientId) {
    throw new OAuthError('invalid_request', 'The request names another application');
  }
}
