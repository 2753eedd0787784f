import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type GrantType } from '../model/application.js';

const grantTypes: readonly GrantType[] = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
];

/**
 * RFC 6749 §5.2: the grant that is asked for, one of those that exist here. The password grant and
 * the implicit flow do not (OAuth 2.1 §10).
 *
 * @throws {OAuthError} `unsupported_grant_type`. `invalid_request`: none was named.
 */
export function supportedGrantType(parameters: Parameters): GrantType {
  const named = parameters.require('grant_type');
  const grantType = grantTypes.find((one) => one === named);
  if (grantType === undefined) {
    throw new OAuthError('unsupported_grant_type', 'There is no such grant here');
  }
  return grantType;
}
