import { type Authorization } from '../model/authorization.js';
import { type OAuthTransaction } from '../ports/store.js';
import { secondsAfter } from '../time.js';
import { drawRefreshToken } from './draw-refresh-token.js';
import { tokenShape } from './rules.js';
import { type TokenRequest } from './token-request.js';

/**
 * Begins the token family of an authorization that was just redeemed, with its first refresh
 * token where it may have one.
 *
 * @param grantId - Under which the redemption consumed the code.
 * @returns The refresh token, if one was issued.
 */
export async function openGrant(
  tx: OAuthTransaction,
  { context, application, jkt }: TokenRequest,
  {
    authorization,
    grantId,
  }: { readonly authorization: Authorization; readonly grantId: string },
): Promise<string | undefined> {
  const now = context.clock.now();
  // RFC 9449 §5: those of a public application are bound to its key. A confidential one
  // authenticates itself at each refresh, and may change its key.
  const bound = application.authentication.method === 'none' && jkt !== undefined;
  const grant = {
    id: grantId,
    authorization,
    ...(bound && { dpopJkt: jkt }),
    createdAt: now,
    expiresAt: secondsAfter(now, context.settings.lifetimes.grant),
  };
  await tx.insertGrant(grant);
  await tx.recordAudit({
    action: 'grant.issued',
    actor: { type: 'application', id: application.clientId },
    grantId,
    clientId: application.clientId,
    userId: authorization.userId,
  });
  // OpenID Connect Core §11: `offline_access` is what asks for one.
  const refreshable =
    application.grantTypes.includes('refresh_token') &&
    tokenShape.scopeOfApplication(application, authorization.scope).includes('offline_access');
  if (!refreshable) return undefined;
  const { token, ...refreshToken } = drawRefreshToken(context, grant);
  await tx.insertRefreshToken(refreshToken);
  return token;
}
