import { type OAuthContext } from '../context.js';
import { type OAuthReads } from '../ports/store.js';
import { type VerifiedAccessToken } from './access-token.js';

/**
 * Whether an access token that was found good is still wanted: it was not revoked by itself, its
 * grant is not dead, and its user and its application may be used. All are asked at once.
 */
export async function isAccessTokenLive(
  { store }: OAuthContext,
  { jti, clientId, subject, grantId }: VerifiedAccessToken,
): Promise<boolean> {
  const [revoked, application, familyLives] = await Promise.all([
    store.isAccessTokenRevoked(jti),
    store.findApplication(clientId),
    grantId === undefined || isFamilyLive(store, grantId, subject),
  ]);
  return !revoked && application !== undefined && familyLives;
}

async function isFamilyLive(
  store: OAuthReads,
  grantId: string,
  userId: string,
): Promise<boolean> {
  const [grant, user] = await Promise.all([store.findGrant(grantId), store.findUser(userId)]);
  return grant !== undefined && grant.revocation === undefined && user !== undefined;
}
