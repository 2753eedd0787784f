import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type Grant } from '../model/grant.js';
import { type User } from '../model/user.js';
import { type VerifiedAccessToken } from './access-token.js';

/** Who stands behind an access token. */
export interface TokenHolder {
  readonly application: Application;
  /** The user, by a grant that lives; without it the application acts for itself. */
  readonly onBehalf?: { readonly grant: Grant; readonly user: User };
}

/**
 * Whether an access token that was found good is still wanted: it was not revoked by itself, its
 * application and its user may be used, and its grant is not dead.
 *
 * @returns Who stands behind it; undefined if it is dead.
 */
export async function findTokenHolder(
  { store }: OAuthContext,
  { jti, clientId, subject, grantId }: VerifiedAccessToken,
): Promise<TokenHolder | undefined> {
  const { revoked, application, grant, user } = await store.findAccessTokenState({
    jti,
    clientId,
    ...(grantId !== undefined && { grantId }),
  });
  if (revoked || application === undefined) return undefined;
  if (grantId === undefined) return { application };
  if (grant === undefined || grant.revocation !== undefined) return undefined;
  return user?.id === subject ? { application, onBehalf: { grant, user } } : undefined;
}
