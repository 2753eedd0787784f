import { type Application } from '../model/application.js';
import { type Grant } from '../model/grant.js';
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
    grant,
    application: { clientId },
    replayed,
    now,
  }: {
    /** Under its lock; undefined where it is gone. */
    readonly grant: Grant | undefined;
    readonly application: Application;
    readonly replayed: 'authorization_code' | 'refresh_token';
    readonly now: Date;
  },
): Promise<void> {
  if (grant === undefined) return;
  const { id: grantId } = grant;
  const reason = `${replayed}_replayed` as const;
  // Of many replays at once the first one says it.
  if (!(await tx.revokeGrant({ grantId, now, reason }))) return;
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
