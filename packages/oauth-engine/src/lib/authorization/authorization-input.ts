import { type OAuthContext } from '../context.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/** What the rules of an authorization request read. */
export interface AuthorizationInput {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly parameters: Parameters;
  /** It was pushed, or is being pushed (RFC 9126). */
  readonly pushed: boolean;
}
