import {
  calculateJwkThumbprint,
  EmbeddedJWK,
  jwtVerify,
  type JWK,
  type JWTVerifyResult,
} from 'jose';

import { sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { secondsAfter } from '../time.js';
import { signatureAlgorithms } from './signature-algorithms.js';

/** RFC 9449 §11.1: seconds that a proof may be old, or ahead of this server's clock. */
const windowSeconds = 60;

/** A proof with an RSA-4096 key and its signature stays below 2.5 KB. */
const longestProof = 4_096;

/** It becomes a key in the replay register; RFC 9449 §4.2 has 96 bits, or a UUID. */
const longestJti = 256;

/** Above 4,096 bits, or with a long exponent, checking a signature is work for an attacker to order. */
const longestModulus = 683;
const longestExponent = 6;

/** What a proof proved, and under which name it must not be seen again. */
export interface DpopProof {
  /** The key's thumbprint (RFC 7638), the `jkt` of tokens that are bound to it. */
  readonly jkt: string;
  readonly jti: string;
  /** From here on it is refused for its age. */
  readonly expiresAt: Date;
}

/**
 * RFC 9449 §4.3: a signed statement of the type `dpop+jwt` by the public key that it carries,
 * over this method and URL, made just now, and at a resource over this access token.
 *
 * @param of.url - From configuration, never from `Host`. Query and fragment of `htu` do not count.
 * @throws {OAuthError} `invalid_dpop_proof`.
 */
export async function dpopProof({
  proof,
  method,
  url,
  accessToken,
  now,
}: {
  readonly proof: string;
  readonly method: string;
  readonly url: string;
  readonly accessToken?: string | undefined;
  readonly now: Date;
}): Promise<DpopProof> {
  if (proof.length > longestProof) throw invalid('too long');
  const { payload, protectedHeader } = await verify(proof, now);
  const { htm, htu, ath, jti, iat } = payload;
  if (htm !== method) throw invalid('htm');
  if (typeof htu !== 'string' || withoutQuery(htu) !== withoutQuery(url)) throw invalid('htu');
  if (typeof jti !== 'string' || jti === '' || jti.length > longestJti) throw invalid('jti');
  if (iat === undefined || Math.abs(iat - now.getTime() / 1_000) > windowSeconds) {
    throw invalid('iat');
  }
  if (accessToken !== undefined && ath !== digestOf(accessToken)) throw invalid('ath');
  return {
    jkt: await calculateJwkThumbprint(protectedHeader.jwk as JWK),
    jti,
    expiresAt: secondsAfter(new Date(iat * 1_000), windowSeconds),
  };
}

async function verify(proof: string, now: Date): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(
      proof,
      (header, token) => {
        const { n = '', e = '' } = header.jwk ?? {};
        if (n.length > longestModulus || e.length > longestExponent) throw new RangeError();
        // Refuses private and symmetric keys.
        return EmbeddedJWK(header, token);
      },
      { typ: 'dpop+jwt', algorithms: [...signatureAlgorithms], currentDate: now },
    );
  } catch (cause) {
    // Nothing here reads from a port: whatever went wrong lies in the proof.
    throw invalid('signature, type, algorithm or key', cause);
  }
}

/** RFC 9449 §4.3, item 9: compared after normalisation (RFC 3986 §6.2.2 and §6.2.3). */
function withoutQuery(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  url.search = '';
  url.hash = '';
  return url.href;
}

function digestOf(accessToken: string): string {
  return Buffer.from(sha256Digest(accessToken)).toString('base64url');
}

function invalid(detail: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_dpop_proof', 'The DPoP proof is not valid', { detail, cause });
}
