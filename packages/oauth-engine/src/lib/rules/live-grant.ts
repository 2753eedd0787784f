import { OAuthError } from '../errors.js';
import { type Grant } from '../model/grant.js';

/**
 * RFC 6749 §5.2: nothing comes of a grant that was revoked, or whose time is over.
 *
 * @throws {OAuthError} `invalid_grant`.
 */
export function liveGrant(grant: Grant, now: Date): void {
  if (!isLiveGrant(grant, now)) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: grant.revocation?.reason ?? 'the lifetime of the grant is over',
    });
  }
}

/** Whether refresh tokens of this grant may still be good. */
export function isLiveGrant({ revocation, expiresAt }: Grant, now: Date): boolean {
  return revocation === undefined && expiresAt > now;
}
