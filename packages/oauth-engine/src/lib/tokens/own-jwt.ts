import { verify } from 'node:crypto';

import { type OAuthContext } from '../context.js';
import { epochSeconds } from '../time.js';

/** The kinds of JWT that the organization signs. The type keeps one from passing for another. */
export type OwnJwtType = 'at+jwt' | 'JWT' | 'logout+jwt';

/** Three parts in base64url, none of them empty (RFC 7515 §7.1). */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Of RSA with 4,096 bits a signature has 683 characters; everything else of ours is short. */
const longestToken = 16_384;

/**
 * Reads a JWT that this organization signed: RS256 alone, under one of its published keys, of
 * the expected type and issuer, not expired. Where the key comes from is decided here; `jwk`,
 * `jku` and `x5u` in the header are read by nobody (RFC 8725 §3).
 *
 * Only what our own signer makes is taken, to the letter, so there is less to understand here
 * than in a library for all JWTs. The signature is checked on the spot: that takes 20 µs, less
 * than it takes to hand it to another thread.
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
): Promise<OwnPayload | undefined> {
  if (token.length > longestToken || !compactForm.test(token)) return undefined;
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = jsonObject(head);
  // `crit` would say that more has to be understood than we do (RFC 7515 §4.1.11).
  if (header?.['alg'] !== 'RS256' || header['typ'] !== type || 'crit' in header)
    return undefined;
  const { kid } = header;
  const key = typeof kid === 'string' ? await context.signer.verificationKey(kid) : undefined;
  if (key?.asymmetricKeyType !== 'rsa') return undefined;
  const signed = Buffer.from(token.slice(0, head.length + 1 + body.length));
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
  const payload = jsonObject(body);
  if (payload === undefined || !isOwnPayload(payload)) return undefined;
  if (payload.iss !== context.issuer) return undefined;
  const expired = payload.exp <= epochSeconds(context.clock.now());
  return expired && !acceptExpired ? undefined : payload;
}

/** What every JWT of ours says, beside what its kind does. */
export interface OwnPayload {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

function isOwnPayload(payload: Readonly<Record<string, unknown>>): payload is OwnPayload {
  const { iss, sub, aud, iat, exp, jti } = payload;
  return (
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    (typeof aud === 'string' || (Array.isArray(aud) && aud.every(isText))) &&
    Number.isFinite(iat) &&
    Number.isFinite(exp) &&
    (jti === undefined || typeof jti === 'string')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function jsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
