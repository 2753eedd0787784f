import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { type OAuthContext } from '../context.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { jsonResponse, type OAuthResponse } from '../http/response.js';
import { type DeviceCode } from '../model/device-code.js';
import { secondsAfter } from '../time.js';
import { drawOpaqueToken } from '../tokens/opaque-token.js';
import { deviceRules as rules } from './rules.js';
import { drawUserCode, readUserCode, userCodeDigest } from './user-code.js';

/** RFC 8628 §3.2: what a device assumes where nothing is said. */
const intervalSeconds = 5;

/** That a drawn code is in use happens once in 25 million; three times in a row is a fault. */
const mostDraws = 3;

/** Where the hosted page asks for the user code, below the issuer. */
export const verificationPath = '/device';

/**
 * The device authorization endpoint (RFC 8628 §3.1): a device without a browser gets a code to
 * show to its user, and one to ask with.
 *
 * @throws {OAuthError} `invalid_client`, `unauthorized_client`, `invalid_scope`, `invalid_target`,
 *   `invalid_request`.
 */
export async function authorizeDevice(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  const endpoint = 'deviceAuthorization';
  const parameters = readParameters(endpoint, request);
  rules.repeatedParameters({ parameters });
  const application = await authenticateClient(context, endpoint, request, parameters);
  rules.grantTypeAllowed(application, 'urn:ietf:params:oauth:grant-type:device_code');
  const input = { context, application, parameters };
  const lifetime = context.settings.lifetimes.deviceCode;
  const { token, digest } = drawOpaqueToken(context);
  const userCode = await insertWithFreeUserCode(context, {
    digest,
    clientId: application.clientId,
    scope: rules.scope(input),
    resources: rules.resource(input),
    intervalSeconds,
    expiresAt: secondsAfter(context.clock.now(), lifetime),
  });
  const verificationUri = `${context.issuer}${verificationPath}`;
  return jsonResponse({
    device_code: token,
    user_code: userCode,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?user_code=${userCode}`,
    expires_in: lifetime,
    interval: intervalSeconds,
  });
}

async function insertWithFreeUserCode(
  context: OAuthContext,
  code: Omit<DeviceCode, 'userCodeDigest'>,
): Promise<string> {
  return context.store.transaction(async (tx) => {
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const userCode = drawUserCode(context);
      const digest = userCodeDigest(context, readUserCode(userCode) ?? userCode);
      if (await tx.insertDeviceCode({ ...code, userCodeDigest: digest })) return userCode;
    }
    throw new Error('No free user code was drawn');
  });
}
