import { type SignIn } from '../model/user.js';

/**
 * What the application around the engine knows of the browser at the moment of an authorization
 * request, and of what its user did since the request arrived.
 */
export interface Visit {
  /** The session of the browser's cookie, checked now to be alive. */
  readonly signIn?: SignIn;
  /** Whom the user chose to go on as, on the page of this very request. */
  readonly selectedUserId?: string;
  /** The answer on the consent page of this very request, and who was signed in when it was given. */
  readonly consent?: { readonly userId: string; readonly granted: boolean };
  /** The user turned away from signing in. */
  readonly cancelled?: boolean;
}
