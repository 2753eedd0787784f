import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { OAuthError } from '../errors.js';
import { type SignIn } from '../model/user.js';

/**
 * OpenID Connect Core §3.1.2.1 and §3.1.2.3: whether the user has to authenticate (again).
 * A sign-in since the request arrived satisfies `prompt=login` and every `max_age`; it cannot
 * satisfy a request for somebody else (`id_token_hint`), or one that insists on more (§5.5.1.1).
 *
 * @returns Whether to ask for it.
 * @throws {OAuthError} `login_required`, `unmet_authentication_requirements`: asking again is vain.
 */
export function needsLogin(
  { receivedAt, prompt, maxAge, expectedUserId, claims }: AuthorizationRequest,
  signIn: SignIn | undefined,
  now: Date,
): boolean {
  if (signIn === undefined) return true;
  const authenticatedAt = signIn.authenticatedAt.getTime();
  const fresh = authenticatedAt >= receivedAt;
  if (expectedUserId !== undefined && expectedUserId !== signIn.userId) {
    if (fresh) throw new OAuthError('login_required', 'Another user has signed in');
    return true;
  }
  if (claims?.essentialAcr !== undefined && !claims.essentialAcr.includes(signIn.acr ?? '')) {
    if (fresh) {
      throw new OAuthError(
        'unmet_authentication_requirements',
        'The user cannot authenticate as it was asked for',
      );
    }
    return true;
  }
  if (fresh) return false;
  if (prompt.includes('login')) return true;
  return maxAge !== undefined && now.getTime() - authenticatedAt > maxAge * 1_000;
}
