import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

import { signatureAlgorithms } from '../rules/signature-algorithms.js';

type Algorithm = (typeof signatureAlgorithms)[number];

/** The keys that an algorithm signs with, as a JWK says it (RFC 7518 §6.1, RFC 8037 §2). */
const keyOf: Readonly<Record<Algorithm, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

/** RFC 7518 §6.2.2, §6.3.2 and §6.4.1. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** RFC 7518 §3.3 and §3.5, in bits. A shorter modulus is refused with every signature. */
const shortestModulus = 2_048;
/** In bits. OpenSSL verifies with none that is longer (`OPENSSL_RSA_MAX_MODULUS_BITS`). */
const longestModulus = 16_384;
/** NIST FIPS 186-5, section 5.1, in bits. With 1 anybody can sign; a long one costs who verifies. */
const longestExponent = 64n;
const smallestExponent = 3n;

/**
 * Whether a key can be one of those that an application publishes for `private_key_jwt`: public,
 * and good for the signature of an assertion (RFC 7523) by an algorithm that is accepted here.
 *
 * @param jwk - As it was sent (RFC 7517 §4).
 * @returns What is wrong with it, for whoever sent it; undefined where nothing is.
 */
export function clientKeyFault(jwk: Readonly<Record<string, unknown>>): string | undefined {
  if (jwk['kty'] === 'oct') {
    return 'A symmetric key proves nothing here: this has to be a public key.';
  }
  if (privateMembers.some((member) => member in jwk)) {
    return 'This is no public key: make a new pair, and send its public members alone.';
  }
  const algorithms = signatureAlgorithms.filter((algorithm) => isKeyOf(algorithm, jwk));
  if (algorithms.length === 0) {
    return 'This has to be an RSA key, an EC key on P-256 or an OKP key on Ed25519: no other is used.';
  }
  if (jwk['alg'] !== undefined && !algorithms.some((algorithm) => algorithm === jwk['alg'])) {
    return `The alg of this key has to be ${algorithms.join(' or ')}, or left out.`;
  }
  if (!isForVerifying(jwk)) {
    return 'This key has to be for signatures: use has to be sig, and key_ops verify alone, or left out.';
  }
  const key = publicKeyOf(jwk);
  if (key === undefined)
    return 'This is no key: a member that it consists of (n and e, or x and y) is missing, or does not fit.';
  return key.asymmetricKeyType === 'rsa' ? rsaFault(key) : undefined;
}

function rsaFault(key: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < shortestModulus) {
    return `An RSA key has to have ${shortestModulus} bits or more (RFC 7518, section 3.3).`;
  }
  if (modulusLength > longestModulus) {
    return `An RSA key has to have ${longestModulus} bits or fewer.`;
  }
  const isOdd = publicExponent % 2n === 1n;
  if (!isOdd || publicExponent < smallestExponent || publicExponent >> longestExponent > 0n) {
    return 'The exponent e of an RSA key has to be odd, 3 or more, and of 64 bits or fewer: AQAB, as a rule.';
  }
  return undefined;
}

function isKeyOf(algorithm: Algorithm, jwk: Readonly<Record<string, unknown>>): boolean {
  const { kty, crv } = keyOf[algorithm];
  return jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv);
}

/** RFC 7517 §4.2 and §4.3. */
function isForVerifying({
  use,
  key_ops: operations,
}: Readonly<Record<string, unknown>>): boolean {
  const isToVerify =
    operations === undefined || (Array.isArray(operations) && operations.join() === 'verify');
  return (use === undefined || use === 'sig') && isToVerify;
}

function publicKeyOf(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}
