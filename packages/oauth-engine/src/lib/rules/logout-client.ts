import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';
import { type IdTokenHint } from './id-token-hint.js';

/**
 * RP-Initiated Logout §2: which application asks, by its ID token or its `client_id`; where both
 * are there they agree.
 *
 * @returns Undefined if the request does not say.
 * @throws {OAuthError} `invalid_request`.
 */
export async function logoutClient(
  context: OAuthContext,
  parameters: Parameters,
  hint: IdTokenHint | undefined,
): Promise<Application | undefined> {
  const named = parameters.get('client_id');
  if (hint !== undefined && named !== undefined && hint.clientId !== named) {
    throw new OAuthError('invalid_request', 'The ID token hint is of another application');
  }
  const clientId = hint?.clientId ?? named;
  if (clientId === undefined) return undefined;
  const application = await context.store.findApplication(clientId);
  if (application?.mode !== context.mode) {
    throw new OAuthError('invalid_request', 'The application is unknown');
  }
  return application;
}
