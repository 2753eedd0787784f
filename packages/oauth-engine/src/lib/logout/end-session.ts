import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type Session } from '../rules/logout-confirmation.js';
import { endSessionRules as rules } from './rules.js';
import { signOut, signOutIn } from './sign-out.js';

/** What to do about a logout request. */
export type EndSessionOutcome =
  /** Ask the user, and if it is a yes come back with `confirmEndSession`. */
  | { readonly kind: 'confirm'; readonly request: EndSessionRequest }
  | SessionEnded
  /** Nothing was ended, and nobody is redirected. */
  | { readonly kind: 'error_page'; readonly refusal: OAuthError };

/** Forget the cookie, and go there; without a location show that the user is signed out. */
export interface SessionEnded {
  readonly kind: 'ended';
  readonly location?: string;
}

/** A logout request that has passed every rule. Survives JSON. */
export interface EndSessionRequest {
  readonly clientId?: string;
  readonly location?: string;
}

/**
 * The end-session endpoint (OpenID Connect RP-Initiated Logout §2).
 *
 * @param session - Of the browser's cookie, checked now to be alive.
 */
export async function endSession(
  context: OAuthContext,
  request: OAuthRequest,
  session: Session | undefined,
): Promise<EndSessionOutcome> {
  try {
    const parameters = readParameters('endSession', request);
    rules.repeatedParameters({ parameters });
    const hint = await rules.idTokenHint(context, parameters);
    const application = await rules.logoutClient(context, parameters, hint);
    const location = rules.postLogoutRedirectUri(application, parameters);
    const read: EndSessionRequest = {
      ...(application && { clientId: application.clientId }),
      ...(location !== undefined && { location }),
    };
    if (rules.needsConfirmation(hint, session)) return { kind: 'confirm', request: read };
    // A POST from another site comes without the cookie (SameSite=Lax); the hint names the session.
    const { sessionId, userId } = hint ?? {};
    if (sessionId !== undefined && userId !== undefined) {
      await signOut(context, { sessionId, userId });
    }
    return ended(read);
  } catch (error) {
    if (error instanceof OAuthError) return { kind: 'error_page', refusal: error };
    throw error;
  }
}

/**
 * The user has said yes to a request that `endSession` wanted confirmed. What follows is the result
 * of the transaction, if there is a session to end.
 */
export async function confirmEndSession(
  context: OAuthContext,
  request: EndSessionRequest,
  session: Session | undefined,
): Promise<SessionEnded> {
  if (session === undefined) return ended(request);
  return context.store.transaction(async (tx) => {
    await signOutIn(tx, context, session);
    return ended(request);
  });
}

function ended({ location }: EndSessionRequest): SessionEnded {
  return { kind: 'ended', ...(location !== undefined && { location }) };
}
