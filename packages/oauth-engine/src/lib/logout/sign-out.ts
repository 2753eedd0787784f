import { type OAuthContext } from '../context.js';
import { type OAuthTransaction } from '../ports/store.js';
import { type Session } from '../rules/logout-confirmation.js';

/**
 * Ends a session of its user, in one transaction: the session, the grants that do not outlive
 * it, and a message to every application that got a grant of it (OpenID Connect Back-Channel
 * Logout §2.5 and §2.7). Whoever lets users sign out calls this, whatever led there.
 *
 * @returns Whether there was such a session to end.
 */
export async function signOut(context: OAuthContext, session: Session): Promise<boolean> {
  return context.store.transaction((tx) => signOutIn(tx, context, session));
}

/** The same, in a transaction that has begun. */
export async function signOutIn(
  tx: OAuthTransaction,
  { clock }: OAuthContext,
  { sessionId, userId }: Session,
): Promise<boolean> {
  const now = clock.now();
  if (!(await tx.endSession({ sessionId, userId, now }))) return false;
  const actor = { type: 'user', id: userId } as const;
  await tx.recordAudit({ action: 'session.ended', actor, sessionId, userId });
  for (const { clientId, backchannelLogoutUri } of await tx.findApplicationsOfSession(
    sessionId,
  )) {
    if (backchannelLogoutUri !== undefined) {
      await tx.enqueueBackchannelLogout({ clientId, userId, sessionId });
    }
  }
  const reason = 'signed_out';
  for (const grant of await tx.revokeGrantsOfSession({ sessionId, now, reason })) {
    await tx.recordAudit({ action: 'grant.revoked', actor, reason, ...grant });
  }
  return true;
}
