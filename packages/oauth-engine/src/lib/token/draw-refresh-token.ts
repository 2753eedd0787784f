import { type OAuthContext } from '../context.js';
import { type Grant, type RefreshToken } from '../model/grant.js';
import { secondsAfter } from '../time.js';
import { drawOpaqueToken } from '../tokens/opaque-token.js';

/**
 * Draws a refresh token of a grant. It lives as long as an application may be idle, and never
 * longer than the grant (RFC 9700 §4.14.2).
 *
 * @returns What is stored of it, and the token itself, which is stored nowhere.
 */
export function drawRefreshToken(
  context: OAuthContext,
  grant: Grant,
): RefreshToken & { readonly token: string } {
  const issuedAt = context.clock.now();
  const idleUntil = secondsAfter(issuedAt, context.settings.lifetimes.refreshToken);
  return {
    ...drawOpaqueToken(context),
    grantId: grant.id,
    issuedAt,
    expiresAt: idleUntil < grant.expiresAt ? idleUntil : grant.expiresAt,
  };
}
