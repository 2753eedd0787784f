import { OAuthError } from '../errors.js';
import { type Application } from '../model/application.js';

/**
 * RFC 6749 §4.4 and RFC 7662 §2.1: only an application that has proved who it is acts in its own
 * name, or asks about tokens. A public one has merely said a name that everybody can read.
 *
 * @throws {OAuthError} `unauthorized_client`.
 */
export function confidential({ authentication }: Application): void {
  if (authentication.method === 'none') {
    throw new OAuthError('unauthorized_client', 'A public application cannot do this');
  }
}
