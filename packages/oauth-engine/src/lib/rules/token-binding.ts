import { OAuthError } from '../errors.js';
import { type PresentedToken } from './presented-token.js';

/**
 * RFC 9449 §7.1 and §7.2: a token that is bound to a key comes with the DPoP scheme and a proof
 * by that key; one that is not comes as a bearer token. A stolen bound token is worth nothing.
 *
 * @param boundTo - The thumbprint in the token's `cnf`, if any.
 * @param proofKey - That of the proof, if there was one.
 * @throws {OAuthError} `invalid_token`, `invalid_dpop_proof`.
 */
export function tokenBinding(
  { scheme }: PresentedToken,
  boundTo: string | undefined,
  proofKey: string | undefined,
): void {
  if (scheme === 'DPoP' && proofKey === undefined) {
    throw new OAuthError('invalid_dpop_proof', 'The DPoP proof is missing');
  }
  const expected = scheme === 'DPoP' ? proofKey : undefined;
  if (boundTo !== expected) {
    throw new OAuthError('invalid_token', 'The access token is not valid here', {
      detail: 'bound to another key than the request shows',
    });
  }
}
