import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/**
 * OpenID Connect Core §7.2.1: applications are registered by their organization, not in a request.
 *
 * @throws {OAuthError} `registration_not_supported`.
 */
export function registrationParameter({ parameters }: AuthorizationInput): void {
  if (parameters.get('registration') !== undefined) {
    throw new OAuthError(
      'registration_not_supported',
      'Registration by a request is not supported',
    );
  }
}
