import { type OAuthContext } from '../context.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/** A token request that has passed what every one passes. */
export interface TokenRequest {
  readonly context: OAuthContext;
  /** Authenticated, as far as it can be. */
  readonly application: Application;
  readonly parameters: Parameters;
  /** The thumbprint of the DPoP key that it proved (RFC 9449), if it proved one. */
  readonly jkt: string | undefined;
}
