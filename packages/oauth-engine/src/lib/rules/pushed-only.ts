import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/**
 * RFC 9126 §6: an application that pushes its requests uses no other.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function pushedOnly({ application, pushed }: AuthorizationInput): void {
  if (application.requirePushedAuthorizationRequests && !pushed) {
    throw new OAuthError('invalid_request', 'The application has to push its requests');
  }
}
