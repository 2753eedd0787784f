import { constantTimeEqual, sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';

/** RFC 7636 §4.1. */
const syntax = /^[A-Za-z0-9._~-]{43,128}$/;

/**
 * RFC 7636 §4.6: whoever redeems a code knows the secret whose SHA-256 the authorization request
 * held. Compared in constant time.
 *
 * @throws {OAuthError} `invalid_grant`. `invalid_request`: it is missing or malformed.
 */
export function codeVerifier(parameters: Parameters, challenge: string): void {
  const verifier = parameters.require('code_verifier');
  if (!syntax.test(verifier)) {
    throw new OAuthError('invalid_request', 'The code verifier is malformed');
  }
  const computed = Buffer.from(sha256Digest(verifier)).toString('base64url');
  if (!constantTimeEqual(computed, challenge)) {
    throw new OAuthError('invalid_grant', 'The code verifier does not fit');
  }
}
