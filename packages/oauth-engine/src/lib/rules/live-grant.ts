import { OAuthError } from '../errors.js';
import { type Grant } from '../model/grant.js';

/**
 * RFC 6749 §5.2: nothing comes of a grant that was revoked, or whose time is over.
 *
 * @throws {OAuthError} `invalid_grant`.
 */
export function liveGrant({ revocation, expiresAt }: Grant, now: Date): void {
  if (revocation !== undefined || expiresAt <= now) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: revocation?.reason ?? 'the lifetime of the grant is over',
    });
  }
}
