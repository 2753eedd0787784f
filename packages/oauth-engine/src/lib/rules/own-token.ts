import { OAuthError } from '../errors.js';
import { type Application } from '../model/application.js';

/**
 * RFC 7009 §2.1: an application revokes tokens that were issued to itself. Of another's it hears
 * that it may not, as the section wants; it holds the token and learns nothing by that.
 *
 * @throws {OAuthError} `invalid_grant`.
 */
export function ownToken({ clientId }: Application, issuedTo: string): void {
  if (clientId !== issuedTo) {
    throw new OAuthError('invalid_grant', 'The token was issued to another application');
  }
}
