import { type Application } from '../model/application.js';
import { type OAuthTransaction } from '../ports/store.js';

/**
 * RFC 6749 §4.1.2 and RFC 9700 §4.14.2: a code or refresh token was shown a second time, so two
 * hold what one should. Nobody can tell which of them is honest: everything that came of it dies.
 *
 * The caller has to let the transaction commit.
 */
export async function revokeReplayedGrant(
  tx: OAuthTransaction,
  {
    grantId,
    application: { clientId },
    replayed,
    now,
  }: {
    readonly grantId: string;
    readonly application: Application;
    readonly replayed: 'authorization_code' | 'refresh_token';
    readonly now: Date;
  },
): Promise<void> {
  const grant = await tx.lockGrant(grantId);
  const reason = `${replayed}_replayed` as const;
  // Of many replays at once the first one says it.
  if (!grant || !(await tx.revokeGrant({ grantId, now, reason }))) return;
  await tx.recordAudit({
    action: 'grant.revoked',
    actor: { type: 'application', id: clientId },
    grantId,
    clientId,
    reason,
  });
  await tx.recordSecurityEvent({
    type: `${replayed}.replayed`,
    grantId,
    clientId,
    userId: grant.authorization.userId,
  });
}
