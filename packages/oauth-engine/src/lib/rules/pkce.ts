import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/** SHA-256 in base64url: 43 characters, the last of which carries four bits. */
const s256 = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * RFC 7636 §4.3, and RFC 9700 §2.1.1 for confidential applications too: every request carries a
 * challenge made by S256. `plain`, which is also what a missing method means, is refused: it
 * protects nothing from whoever sees the request.
 *
 * @returns The challenge.
 * @throws {OAuthError} `invalid_request`.
 */
export function pkce({ parameters }: AuthorizationInput): string {
  const challenge = parameters.require('code_challenge');
  if (parameters.get('code_challenge_method') !== 'S256') {
    throw new OAuthError('invalid_request', 'The code challenge method has to be S256');
  }
  if (!s256.test(challenge)) {
    throw new OAuthError('invalid_request', 'The code challenge is not a SHA-256 in base64url');
  }
  return challenge;
}
