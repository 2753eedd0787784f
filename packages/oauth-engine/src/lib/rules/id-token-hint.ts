import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { verifyOwnJwt } from '../tokens/own-jwt.js';

/** Whom and what an ID token hint names. */
export interface IdTokenHint {
  readonly clientId: string;
  readonly userId: string;
  readonly sessionId?: string;
}

/**
 * OpenID Connect Core §3.1.2.1 and RP-Initiated Logout §2: an ID token that we signed for this
 * application. An expired one is good enough, for it opens nothing; any other is refused, so
 * that no hint made for one application works at another.
 *
 * @param clientId - Whose it has to be, where that is known beforehand.
 * @throws {OAuthError} `invalid_request`.
 */
export async function idTokenHint(
  context: OAuthContext,
  parameters: Parameters,
  clientId?: string,
): Promise<IdTokenHint | undefined> {
  const hint = parameters.get('id_token_hint');
  if (hint === undefined) return undefined;
  const payload = await verifyOwnJwt(context, hint, { type: 'JWT', acceptExpired: true });
  const aud = payload?.aud;
  if (payload === undefined || typeof aud !== 'string' || (clientId ?? aud) !== aud) {
    throw new OAuthError(
      'invalid_request',
      'The ID token hint is not one of ours for this application',
    );
  }
  const { sub, sid } = payload;
  return { clientId: aud, userId: sub, ...(typeof sid === 'string' && { sessionId: sid }) };
}
