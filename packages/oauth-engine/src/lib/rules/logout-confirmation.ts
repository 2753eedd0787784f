import { type IdTokenHint } from './id-token-hint.js';

/** A session, and whose. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
}

/**
 * RP-Initiated Logout §2: whether the user has to be asked. Any page on the web can send a
 * browser here; only an ID token of the browser's own session shows that its application means
 * it. Without a session in the browser there is nothing to ask about.
 */
export function needsConfirmation(
  hint: IdTokenHint | undefined,
  session: Session | undefined,
): boolean {
  if (session === undefined) return false;
  return hint?.sessionId !== session.sessionId || hint.userId !== session.userId;
}
