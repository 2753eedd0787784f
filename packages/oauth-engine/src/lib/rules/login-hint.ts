import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/** An address of a mailbox has at most 254 characters (RFC 5321 §4.5.3.1). */
const longestHint = 320;

/**
 * OpenID Connect Core §3.1.2.1: what the sign-in page may begin with. A hint, which proves nothing.
 *
 * @throws {OAuthError} `invalid_request`: longer than any identifier.
 */
export function loginHint({ parameters }: AuthorizationInput): string | undefined {
  const value = parameters.get('login_hint');
  if (value !== undefined && value.length > longestHint) {
    throw new OAuthError('invalid_request', 'The login hint is too long');
  }
  return value;
}
