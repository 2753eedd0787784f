import { OAuthError } from '../errors.js';
import { type User } from '../model/user.js';

/**
 * RFC 9700 §4.14.2: a user who was deactivated or erased meanwhile gives no tokens any more.
 *
 * @param user - As the transaction has found them in which the tokens are issued.
 * @throws {OAuthError} `invalid_grant`.
 */
export function activeUser(user: User | undefined): User {
  if (user === undefined) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: 'the user is not active',
    });
  }
  return user;
}
