import { OAuthError } from '../errors.js';
import { type Application } from '../model/application.js';

/**
 * RFC 6749 §5.2 and §10.5: codes and refresh tokens are good for the application that they were
 * issued to. The answer to another is the same as to a token that does not exist.
 *
 * @throws {OAuthError} `invalid_grant`.
 */
export function sameClient({ clientId }: Application, issuedTo: string): void {
  if (clientId !== issuedTo) {
    throw new OAuthError('invalid_grant', 'The grant is not valid', {
      detail: 'issued to another application',
    });
  }
}
