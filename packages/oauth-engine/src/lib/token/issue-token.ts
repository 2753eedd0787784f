import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { type OAuthContext } from '../context.js';
import { verifyDpopProof } from '../dpop/verify-dpop-proof.js';
import { endpointUrl } from '../endpoints.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type OAuthResponse } from '../http/response.js';
import { type GrantType } from '../model/application.js';
import { redeemAuthorizationCode } from './redeem-authorization-code.js';
import { redeemClientCredentials } from './redeem-client-credentials.js';
import { redeemDeviceCode } from './redeem-device-code.js';
import { redeemRefreshToken } from './redeem-refresh-token.js';
import { tokenGuards } from './rules.js';
import { type TokenRequest } from './token-request.js';

const grants: Readonly<Record<GrantType, (request: TokenRequest) => Promise<OAuthResponse>>> = {
  authorization_code: redeemAuthorizationCode,
  refresh_token: redeemRefreshToken,
  client_credentials: redeemClientCredentials,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
};

/**
 * The token endpoint (RFC 6749 §3.2).
 *
 * @throws {OAuthError} As RFC 6749 §5.2, RFC 8628 §3.5, RFC 8707 §2 and RFC 9449 §5 have it.
 */
export async function issueToken(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  const parameters = readParameters('token', request);
  tokenGuards.repeatedParameters({ parameters });
  const application = await authenticateClient(context, 'token', request, parameters);
  const grantType = tokenGuards.supportedGrantType(parameters);
  tokenGuards.grantTypeAllowed(application, grantType);
  const jkt = await verifyDpopProof(context, endpointUrl(context.issuer, 'token'), request);
  tokenGuards.dpopRequired(application, jkt);
  return grants[grantType]({ context, application, parameters, jkt });
}
