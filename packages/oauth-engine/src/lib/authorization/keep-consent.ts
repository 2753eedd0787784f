import { type Access } from '../model/authorization.js';
import { type SignIn } from '../model/user.js';
import { type OAuthTransaction } from '../ports/store.js';

/** Notes what a user consented to, and that they did. */
export async function keepConsent(
  tx: OAuthTransaction,
  clientId: string,
  { userId }: SignIn,
  { scope, resourceScope }: Access,
  now: Date,
): Promise<void> {
  await tx.saveConsent({ userId, clientId, scope, resourceScope, now });
  await tx.recordAudit({
    action: 'consent.granted',
    actor: { type: 'user', id: userId },
    clientId,
    userId,
    scope,
    resourceScope,
  });
}
