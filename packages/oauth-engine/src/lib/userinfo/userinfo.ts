import { type OAuthContext } from '../context.js';
import { endpointUrl } from '../endpoints.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { readParameters, requireMethod } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { jsonResponse, type OAuthResponse } from '../http/response.js';
import { authenticateAccessToken } from '../protected-resource/authenticate-access-token.js';
import { challenged } from '../protected-resource/challenge.js';
import { accessTokenRules as rules } from '../protected-resource/rules.js';
import { claimsOf, claimsOfScope } from './claims.js';

/**
 * The userinfo endpoint (OpenID Connect Core §5.3): what the token's scope, and the `claims` of
 * the authorization request, let its application know of the user.
 *
 * @throws {OAuthError} As `authenticateAccessToken`.
 */
export async function userinfo(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  requireMethod('userinfo', request);
  const form = formOf(request);
  const token = await authenticateAccessToken(context, request, {
    url: endpointUrl(context.issuer, 'userinfo'),
    audience: context.issuer,
    scope: 'openid',
    ...(form && { form }),
  });
  if (token.onBehalf === undefined) {
    // Such as an application's own token: it speaks for no user.
    const error = new OAuthError('invalid_token', 'The access token is not of a user');
    throw challenged(error, { realm: context.issuer, scheme: 'Bearer' });
  }
  const { user, grant } = token.onBehalf;
  const names = [
    ...claimsOfScope(token.scope),
    ...(grant.authorization.claims?.userinfo ?? []),
  ];
  return jsonResponse({ ...claimsOf(user, token.application, names), sub: user.id });
}

/** RFC 6750 §2.2: a POST may carry the token in a form, and may carry nothing at all. */
function formOf(request: OAuthRequest): Parameters | undefined {
  const empty = request.body === undefined || request.body.byteLength === 0;
  if (request.method !== 'POST' || empty) return undefined;
  const parameters = readParameters('userinfo', request);
  rules.repeatedParameters({ parameters });
  return parameters;
}
