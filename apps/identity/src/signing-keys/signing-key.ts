import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * next → active → retiring → gone. All but the last are published; the active one signs; the
 * next one is published before it signs, so that nobody meets a key they have not heard of.
 */
export type SigningKeyStatus = 'next' | 'active' | 'retiring' | 'gone';

/** A key as anybody may know it. */
export interface SigningKey {
  readonly kid: string;
  readonly status: SigningKeyStatus;
  readonly createdAt: Date;
  readonly activatedAt: Date | undefined;
  readonly retiringAt: Date | undefined;
  readonly goneAt: Date | undefined;
}

/** A key pair that nobody has seen yet. */
export interface NewSigningKey {
  readonly kid: string;
  /** What JWKS says of it. */
  readonly publicJwk: JWK;
  /** PKCS #8 in DER. Wipe it once it is sealed. */
  readonly pkcs8: Buffer;
}

const generate = promisify(generateKeyPair);

/** What RS256 wants at least, and what every client takes (RFC 7518, section 3.3). */
const MODULUS_BITS = 2048;

/** Makes a key pair, in the thread pool: it takes some tenths of a second. */
export async function generateSigningKey(): Promise<NewSigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS });
  const { n, e, kty } = await exportJWK(publicKey);
  if (n === undefined || e === undefined || kty === undefined) {
    throw new TypeError('an RSA key has a modulus and an exponent');
  }
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return {
    kid,
    publicJwk: { kty, n, e, kid, use: 'sig', alg: 'RS256' },
    pkcs8: exportPkcs8(privateKey),
  };
}

function exportPkcs8(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' });
}
