import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type OAuthRequest } from '../http/request.js';
import { singleHeader } from '../http/single-header.js';
import { dpopProof } from '../rules/dpop-proof.js';

/**
 * Checks the DPoP proof of a request, and sees to it that it is used once (RFC 9449 §4.3 and
 * §11.1).
 *
 * @param url - The address of the endpoint or resource, from configuration.
 * @param accessToken - The one that comes with the request, at a resource: the proof has to be
 *   over it. That the token is bound to the key is the caller's to check.
 * @returns The thumbprint of its key; undefined where there is no proof.
 * @throws {OAuthError} `invalid_dpop_proof`.
 */
export async function verifyDpopProof(
  context: OAuthContext,
  url: string,
  request: OAuthRequest,
  accessToken?: string,
): Promise<string | undefined> {
  const proof = singleHeader(request, 'dpop');
  if (proof === undefined) return undefined;
  const { jkt, jti, expiresAt } = await dpopProof({
    proof,
    method: request.method,
    url,
    accessToken,
    now: context.clock.now(),
  });
  const first = await context.replays.remember({
    kind: 'dpop_proof',
    scope: jkt,
    jti,
    expiresAt,
  });
  if (!first) {
    throw new OAuthError('invalid_dpop_proof', 'The DPoP proof was used before');
  }
  return jkt;
}
