import { type OAuthContext } from '../context.js';
import { epochSeconds } from '../time.js';
import { verifyOwnJwt } from './own-jwt.js';
import { newTokenId } from './token-id.js';

/** What an access token says (RFC 9068 §2.2). */
export interface AccessTokenSubject {
  readonly clientId: string;
  /** The user, or the application itself where it acts for nobody. */
  readonly subject: string;
  readonly audience: readonly [string, ...string[]];
  readonly scope: readonly string[];
  /** The grant it descends from; none for client credentials. */
  readonly grantId?: string;
  readonly authenticatedAt?: Date;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The thumbprint of the DPoP key it is bound to (RFC 9449 §6.1). */
  readonly dpopJkt?: string;
}

/** An access token that was found good: signature, type, issuer, mode and lifetime are right. */
export interface VerifiedAccessToken {
  readonly clientId: string;
  readonly subject: string;
  readonly audience: readonly string[];
  readonly scope: readonly string[];
  readonly grantId?: string;
  readonly dpopJkt?: string;
  readonly jti: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface IssuedAccessToken {
  readonly token: string;
  readonly jti: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Signs an access token (RFC 9068). */
export async function issueAccessToken(
  context: OAuthContext,
  subject: AccessTokenSubject,
): Promise<IssuedAccessToken> {
  const issuedAt = epochSeconds(context.clock.now());
  const expiresIn = context.settings.lifetimes.accessToken;
  const jti = newTokenId();
  const token = await context.signer.sign(
    { typ: 'at+jwt' },
    {
      iss: context.issuer,
      sub: subject.subject,
      aud: subject.audience.length === 1 ? subject.audience[0] : subject.audience,
      client_id: subject.clientId,
      iat: issuedAt,
      exp: issuedAt + expiresIn,
      jti,
      ...(subject.scope.length > 0 && { scope: subject.scope.join(' ') }),
      ...(subject.authenticatedAt && { auth_time: epochSeconds(subject.authenticatedAt) }),
      ...(subject.acr !== undefined && { acr: subject.acr }),
      ...(subject.amr && subject.amr.length > 0 && { amr: subject.amr }),
      ...(subject.dpopJkt !== undefined && { cnf: { jkt: subject.dpopJkt } }),
      ...(subject.grantId !== undefined && { grant_id: subject.grantId }),
      // Even where live and test shared an issuer or a key, a test token would be no live one.
      mode: context.mode,
    },
  );
  return { token, jti, expiresIn };
}

/**
 * Reads one of our own access tokens. Says nothing of whether it, its grant or its user lives:
 * ask the store.
 *
 * @returns Undefined for anything else, such as an ID token or one of the other mode.
 */
export async function verifyAccessToken(
  context: OAuthContext,
  token: string,
): Promise<VerifiedAccessToken | undefined> {
  const payload = await verifyOwnJwt(context, token, { type: 'at+jwt' });
  if (payload?.['mode'] !== context.mode) return undefined;
  const { sub, aud, jti, iat, exp, client_id, scope, grant_id, cnf } = payload;
  if (jti === undefined || typeof client_id !== 'string') return undefined;
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  return {
    clientId: client_id,
    subject: sub,
    audience: typeof aud === 'string' ? [aud] : aud,
    scope: typeof scope === 'string' ? scope.split(' ') : [],
    jti,
    issuedAt: iat,
    expiresAt: exp,
    ...(typeof grant_id === 'string' && { grantId: grant_id }),
    ...(typeof jkt === 'string' && { dpopJkt: jkt }),
  };
}
