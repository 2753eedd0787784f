import { OAuthError } from '../errors.js';
import { jsonResponse, type OAuthResponse } from '../http/response.js';
import { type Authorization } from '../model/authorization.js';
import { type User } from '../model/user.js';
import { issueAccessToken, type AccessTokenSubject } from '../tokens/access-token.js';
import { issueIdToken } from '../tokens/id-token.js';
import { tokenShape } from './rules.js';
import { type TokenRequest } from './token-request.js';

/** What a grant decided to give. */
export interface Issue {
  /** What was asked for and is granted, before it is cut to the audience. */
  readonly scope: readonly string[];
  readonly resources: readonly string[];
  /** On whose behalf; without it the application acts for itself. */
  readonly onBehalf?: {
    readonly grantId: string;
    readonly authorization: Authorization;
    readonly user: User;
  };
  readonly refreshToken?: string | undefined;
}

/**
 * Signs what is given and makes the answer of it (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3,
 * RFC 9449 §5).
 *
 * @throws {OAuthError} `invalid_scope`: an application asks for itself, and for nothing that means
 *   something to the one that the token is for.
 */
export async function tokenResponse(
  { context, application, jkt }: TokenRequest,
  { scope: granted, resources, onBehalf, refreshToken }: Issue,
): Promise<OAuthResponse> {
  const scope = tokenShape.scopeOfApplication(application, granted);
  const audience = tokenShape.audience({ context, application, resources, scope });
  const accessTokenScope = tokenShape.scopeOfAudience(context, scope, audience);
  if (onBehalf === undefined && scope.length > 0 && accessTokenScope.length === 0) {
    // As in the rule of scopes. On a user's behalf a token may be for userinfo or a refresh alone.
    throw new OAuthError(
      'invalid_scope',
      resources.length === 0
        ? 'The scope is of a resource: name that, too'
        : 'The scope is of another resource than the one that is named',
    );
  }
  const accessToken = await issueAccessToken(context, {
    clientId: application.clientId,
    audience,
    scope: accessTokenScope,
    ...subjectOf(application.clientId, onBehalf),
    ...(jkt !== undefined && { dpopJkt: jkt }),
  });
  const idToken =
    onBehalf !== undefined && scope.includes('openid')
      ? await issueIdToken(context, {
          ...onBehalf,
          application,
          accessToken: accessToken.token,
        })
      : undefined;
  return jsonResponse({
    access_token: accessToken.token,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: accessToken.expiresIn,
    ...(accessTokenScope.length > 0 && { scope: accessTokenScope.join(' ') }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
  });
}

function subjectOf(
  clientId: string,
  onBehalf: Issue['onBehalf'],
): Pick<AccessTokenSubject, 'subject' | 'grantId' | 'authenticatedAt' | 'acr' | 'amr'> {
  if (onBehalf === undefined) return { subject: clientId };
  const { grantId, user, authorization } = onBehalf;
  return {
    subject: user.id,
    grantId,
    authenticatedAt: authorization.authenticatedAt,
    ...(authorization.acr !== undefined && { acr: authorization.acr }),
    amr: authorization.amr,
  };
}
