import { OAuthError } from '../errors.js';
import { claimsByScope } from '../userinfo/claims.js';

const scopesOfUsers: readonly string[] = [
  'openid',
  'offline_access',
  ...Object.keys(claimsByScope),
];

/**
 * RFC 6749 §4.4 and OpenID Connect Core §5.4: where an application acts for nobody, there is
 * nobody to tell about, and nobody to be offline.
 *
 * @throws {OAuthError} `invalid_scope`.
 */
export function scopeWithoutUser(scope: readonly string[]): void {
  if (scope.some((name) => scopesOfUsers.includes(name))) {
    throw new OAuthError('invalid_scope', 'The scope speaks of a user, and there is none');
  }
}
