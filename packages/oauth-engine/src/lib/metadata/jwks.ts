import { type JWK } from 'jose';

import { type OAuthContext } from '../context.js';
import { requireMethod } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type OAuthResponse } from '../http/response.js';
import { type JsonObject } from '../model/json.js';
import { cacheable } from './cacheable.js';

/** How long caches may keep the keys: let a key be published for longer than this before it signs. */
export const jwksMaxAgeSeconds = 300;

/**
 * The public keys (RFC 7517 §5; OpenID Connect Core §10.1.1): next, active and retiring.
 *
 * @throws {OAuthError} `invalid_request`: another method than GET.
 */
export async function jwks(
  { signer }: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  requireMethod('jwks', request);
  const { keys } = await signer.jwks();
  return cacheable(request, { keys: keys.map(publicMembers) }, jwksMaxAgeSeconds);
}

/** Named one by one: a private member that got in by mistake does not get out. */
function publicMembers({ kty, kid, use, alg, n, e }: JWK): JsonObject {
  return { kty, kid, use, alg, n, e };
}
