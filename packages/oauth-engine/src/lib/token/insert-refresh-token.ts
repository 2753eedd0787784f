import { type OAuthContext } from '../context.js';
import { type Grant } from '../model/grant.js';
import { type OAuthTransaction } from '../ports/store.js';
import { secondsAfter } from '../time.js';
import { drawOpaqueToken } from '../tokens/opaque-token.js';

/**
 * Adds a refresh token to a grant. It lives as long as an application may be idle, and never
 * longer than the grant (RFC 9700 §4.14.2).
 *
 * @param drawn - Where it had to be known before.
 * @returns The token itself, which is stored nowhere.
 */
export async function insertRefreshToken(
  tx: OAuthTransaction,
  context: OAuthContext,
  grant: Grant,
  { token, digest } = drawOpaqueToken(context),
): Promise<string> {
  const issuedAt = context.clock.now();
  const idleUntil = secondsAfter(issuedAt, context.settings.lifetimes.refreshToken);
  await tx.insertRefreshToken({
    digest,
    grantId: grant.id,
    issuedAt,
    expiresAt: idleUntil < grant.expiresAt ? idleUntil : grant.expiresAt,
  });
  return token;
}
