import { constantTimeEqual } from '@nomo/security-core';

import { OAuthError } from '../errors.js';

/**
 * RFC 9449 §5 and §10: what was bound to a key is good for nobody without it.
 *
 * @param boundTo - The thumbprint that a code or a grant was bound to, if it was.
 * @param jkt - That of the request's proof, if there was one.
 * @throws {OAuthError} `invalid_grant`.
 */
export function dpopBinding(boundTo: string | undefined, jkt: string | undefined): void {
  if (boundTo !== undefined && !constantTimeEqual(boundTo, jkt ?? '')) {
    throw new OAuthError('invalid_grant', 'The grant is bound to another key');
  }
}
