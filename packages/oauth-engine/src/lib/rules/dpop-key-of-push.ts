import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';

/**
 * RFC 9449 §10.1: a DPoP proof on a pushed request binds its code as `dpop_jkt` does. Where both
 * are there, they name the same key.
 *
 * @param proofKey - The thumbprint of the proof's key.
 * @returns The parameter to keep, if any.
 * @throws {OAuthError} `invalid_dpop_proof`.
 */
export function dpopKeyOfPush(
  proofKey: string | undefined,
  parameters: Parameters,
): readonly (readonly ['dpop_jkt', string])[] {
  const named = parameters.get('dpop_jkt');
  if (proofKey !== undefined && named !== undefined && proofKey !== named) {
    throw new OAuthError(
      'invalid_dpop_proof',
      'The DPoP proof is by another key than dpop_jkt',
    );
  }
  const jkt = proofKey ?? named;
  return jkt === undefined ? [] : [['dpop_jkt', jkt]];
}
