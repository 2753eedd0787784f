import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';

import { secondsAfter } from '../time.js';
import { signatureAlgorithms } from './signature-algorithms.js';

/** How far the clocks of an application and of this server may stand apart. */
const clockToleranceSeconds = 30;

/** An assertion is made for one request; its `jti` is remembered for as long. */
const longestLifetimeSeconds = 300;

/** A UUID has 36 characters, a digest 64. It becomes a key in the replay register. */
const longestJti = 256;

/** What an assertion proved, and under which name it must not be seen again. */
export interface ClientAssertion {
  readonly jti: string;
  /** From here on it is refused for its age. */
  readonly expiresAt: Date;
}

/** Whom an assertion speaks of, before anything of it is believed. */
export function claimedClientId(assertion: string): string | undefined {
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/**
 * RFC 7523 §3: `iss` and `sub` are the application, `aud` is this server and nobody beside it,
 * `exp` is near, `jti` is there, and the signature is by one of the application's keys with an
 * asymmetric algorithm. A key or an address of one in the header is read by nobody (RFC 8725
 * §3.10).
 *
 * @param of.audiences - The issuer, the URL of the token endpoint, and that of the endpoint itself.
 * @returns Undefined for whatever is not such an assertion.
 */
export async function clientAssertion({
  assertion,
  clientId,
  jwks,
  audiences,
  now,
}: {
  readonly assertion: string;
  readonly clientId: string;
  readonly jwks: JSONWebKeySet;
  readonly audiences: readonly string[];
  readonly now: Date;
}): Promise<ClientAssertion | undefined> {
  let payload: JWTPayload;
  try {
    payload = await verifyWithOneOf(jwks, assertion, {
      algorithms: [...signatureAlgorithms],
      issuer: clientId,
      subject: clientId,
      audience: [...audiences],
      requiredClaims: ['exp', 'jti'],
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
    });
  } catch {
    // Nothing here reads from a port: whatever went wrong lies in the assertion or the keys.
    return undefined;
  }
  const { aud = [], jti, exp = Infinity } = payload;
  // An assertion that also names another server could be that server's to replay.
  const forUsAlone = [aud].flat().every((one) => audiences.includes(one));
  const latest = secondsAfter(now, longestLifetimeSeconds + clockToleranceSeconds);
  const near = exp * 1_000 <= latest.getTime();
  if (
    !forUsAlone ||
    !near ||
    typeof jti !== 'string' ||
    jti === '' ||
    jti.length > longestJti
  ) {
    return undefined;
  }
  return { jti, expiresAt: secondsAfter(new Date(exp * 1_000), clockToleranceSeconds) };
}

/** Without a `kid` several keys may fit: then each is tried. */
async function verifyWithOneOf(
  jwks: JSONWebKeySet,
  assertion: string,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(assertion, createLocalJWKSet(jwks), options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(assertion, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw error;
  }
}
