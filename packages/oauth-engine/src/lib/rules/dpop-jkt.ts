import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/** A SHA-256 thumbprint (RFC 7638) in base64url. */
const thumbprint = /^[A-Za-z0-9_-]{43}$/;

/**
 * RFC 9449 §10: the thumbprint of the one DPoP key that may redeem the code.
 *
 * @throws {OAuthError} `invalid_request`: no thumbprint.
 */
export function dpopJkt({ parameters }: AuthorizationInput): string | undefined {
  const value = parameters.get('dpop_jkt');
  if (value !== undefined && !thumbprint.test(value)) {
    throw new OAuthError(
      'invalid_request',
      'The DPoP key is not named by its SHA-256 thumbprint',
    );
  }
  return value;
}
