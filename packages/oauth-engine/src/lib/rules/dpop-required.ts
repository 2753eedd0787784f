import { OAuthError } from '../errors.js';
import { type Application } from '../model/application.js';

/**
 * RFC 9449 §5.2: an application that was registered for bound tokens gets no others.
 *
 * @throws {OAuthError} `invalid_dpop_proof`.
 */
export function dpopRequired({ requireDpop }: Application, jkt: string | undefined): void {
  if (requireDpop && jkt === undefined) {
    throw new OAuthError('invalid_dpop_proof', 'The application has to prove a DPoP key');
  }
}
