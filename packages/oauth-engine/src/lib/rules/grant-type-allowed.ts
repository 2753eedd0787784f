import { OAuthError } from '../errors.js';
import { type Application, type GrantType } from '../model/application.js';

/**
 * RFC 6749 §4.1.2.1 and §5.2: an application uses the grants that it was registered with.
 *
 * @throws {OAuthError} `unauthorized_client`.
 */
export function grantTypeAllowed(application: Application, grantType: GrantType): void {
  if (!application.grantTypes.includes(grantType)) {
    throw new OAuthError('unauthorized_client', 'The application may not use this grant');
  }
}
