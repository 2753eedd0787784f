import { type Application } from '../model/application.js';

/**
 * RFC 7662 §2.1 and §4: a resource server learns about every token of its organization, another
 * application about its own. To whom it is not to be told, a token is as good as unknown.
 */
export function mayLearnAbout(caller: Application, issuedTo: string): boolean {
  return caller.mayIntrospect || caller.clientId === issuedTo;
}
