import { OAuthError } from '../errors.js';
import { type User } from '../model/user.js';
import { type OAuthReads } from '../ports/store.js';

/**
 * RFC 9700 §4.14.2: a user who was deactivated or erased meanwhile gives no tokens any more.
 *
 * @param reads - The transaction in which the tokens are issued.
 * @throws {OAuthError} `invalid_grant`.
 */
export async function activeUser(reads: OAuthReads, userId: string): Promise<User> {
  const user = await reads.findUser(userId);
  if (user === undefined) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: 'the user is not active',
    });
  }
  return user;
}
