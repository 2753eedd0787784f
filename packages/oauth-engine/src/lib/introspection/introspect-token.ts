import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { type OAuthContext } from '../context.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { jsonResponse, type OAuthResponse } from '../http/response.js';
import { verifyAccessToken } from '../tokens/access-token.js';
import { aboutAccessToken } from './about-access-token.js';
import { aboutRefreshToken } from './about-refresh-token.js';
import { introspectionRules as rules } from './rules.js';

/**
 * The introspection endpoint (RFC 7662): whether a token of this organization is good now, and
 * what it says. Of every other token the answer is `{"active":false}` and not a word more (§2.2).
 *
 * The kind is seen from the token, so `token_type_hint` says nothing that could matter (§2.1).
 *
 * @throws {OAuthError} `invalid_client`, `unauthorized_client`, `invalid_request`: about the caller,
 *   never about the token.
 */
export async function introspectToken(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  const parameters = readParameters('introspection', request);
  rules.repeatedParameters({ parameters });
  const caller = await authenticateClient(context, 'introspection', request, parameters);
  rules.confidential(caller);
  const token = parameters.require('token');
  const accessToken = await verifyAccessToken(context, token);
  const about =
    accessToken === undefined
      ? await aboutRefreshToken(context, caller, token)
      : await aboutAccessToken(context, caller, accessToken);
  return jsonResponse(about ? { active: true, ...about } : { active: false });
}
