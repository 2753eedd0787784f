import { errors, jwtVerify, type JWTPayload } from 'jose';

import { type OAuthContext } from '../context.js';

/** The kinds of JWT that the organization signs. The type keeps one from passing for another. */
export type OwnJwtType = 'at+jwt' | 'JWT' | 'logout+jwt';

/**
 * Reads a JWT that this organization signed: RS256 alone, under one of its published keys, of
 * the expected type and issuer, not expired. Where the key comes from is decided here; `jwk`,
 * `jku` and `x5u` in the header are read by nobody (RFC 8725 §3).
 *
 * @returns The payload, or undefined for whatever is not such a token.
 */
export async function verifyOwnJwt(
  context: OAuthContext,
  token: string,
  {
    type,
    acceptExpired = false,
  }: { readonly type: OwnJwtType; readonly acceptExpired?: boolean },
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await context.signer.verificationKey(kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ['RS256'],
        typ: type,
        issuer: context.issuer,
        requiredClaims: ['sub', 'aud', 'iat', 'exp'],
        // At the beginning of time nothing has expired yet; `nbf` is never set here.
        currentDate: acceptExpired ? new Date(0) : context.clock.now(),
      },
    );
    return payload;
  } catch (error) {
    // Anything else (no key store to read from) is no verdict on the token.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}
