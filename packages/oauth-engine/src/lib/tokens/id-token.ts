import { createHash } from 'node:crypto';

import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type Authorization } from '../model/authorization.js';
import { type User } from '../model/user.js';
import { epochSeconds } from '../time.js';
import { claimsOf } from '../userinfo/claims.js';

/**
 * Signs an ID token (OpenID Connect Core §2). Claims that a scope asks for are at the userinfo
 * endpoint, as an access token comes with it (§5.4); here are those that `claims` asks for.
 *
 * @param accessToken - The one that is answered with it, for `at_hash` (§3.1.3.6).
 */
export async function issueIdToken(
  context: OAuthContext,
  {
    application,
    authorization,
    user,
    accessToken,
  }: {
    readonly application: Application;
    readonly authorization: Authorization;
    readonly user: User;
    readonly accessToken: string;
  },
): Promise<string> {
  const issuedAt = epochSeconds(context.clock.now());
  return context.signer.sign(
    { typ: 'JWT' },
    {
      ...claimsOf(user, application, authorization.claims?.idToken ?? []),
      iss: context.issuer,
      sub: user.id,
      aud: authorization.clientId,
      iat: issuedAt,
      exp: issuedAt + context.settings.lifetimes.idToken,
      auth_time: epochSeconds(authorization.authenticatedAt),
      sid: authorization.sessionId,
      at_hash: leftHalfOfDigest(accessToken),
      ...(authorization.nonce !== undefined && { nonce: authorization.nonce }),
      ...(authorization.acr !== undefined && { acr: authorization.acr }),
      ...(authorization.amr.length > 0 && { amr: authorization.amr }),
    },
  );
}

/** §3.1.3.6 for RS256: SHA-256 of the ASCII token, its first half in base64url. */
function leftHalfOfDigest(token: string): string {
  return createHash('sha256')
    .update(token, 'ascii')
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}
