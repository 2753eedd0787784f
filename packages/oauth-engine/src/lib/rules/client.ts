import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/**
 * RFC 6749 §4.1.1: `client_id` names a known application, of this organization and mode. Until
 * it does, there is nobody to redirect to (§4.1.2.1).
 *
 * @throws {OAuthError} `invalid_request`, `invalid_client`.
 */
export async function client(
  context: OAuthContext,
  parameters: Parameters,
): Promise<Application> {
  const application = await context.store.findApplication(parameters.require('client_id'));
  if (application?.mode !== context.mode) {
    throw new OAuthError('invalid_client', 'The application is unknown', { status: 400 });
  }
  return application;
}
