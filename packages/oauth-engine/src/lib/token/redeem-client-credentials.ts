import { type OAuthResponse } from '../http/response.js';
import { grantRules } from './rules.js';
import { type TokenRequest } from './token-request.js';
import { tokenResponse } from './token-response.js';

const rules = grantRules.client_credentials;

/**
 * An application asks for a token in its own name (RFC 6749 §4.4). There is no refresh token
 * (§4.4.3), and nothing changes in the store: the token dies by its age, or by revocation.
 */
export async function redeemClientCredentials(request: TokenRequest): Promise<OAuthResponse> {
  rules.confidential(request.application);
  const scope = rules.scope(request);
  rules.scopeWithoutUser(scope);
  return tokenResponse(request, { scope, resources: rules.resource(request) });
}
