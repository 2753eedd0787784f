import { generatePrimeSync } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import fc from 'fast-check';
import { sha256Digest } from '@nomo/security-core';

import { epochSeconds } from '../time.js';
import { dpopProof, type DpopProof } from './dpop-proof.js';

const now = new Date('2030-01-01T00:00:00Z');
const url = 'https://id.example/acme/token';
const claims = { htm: 'POST', htu: url, iat: epochSeconds(now), jti: 'one' };

let key: CryptoKey;
let jwk: JWK;
let privateJwk: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  jwk = await exportJWK(pair.publicKey);
  privateJwk = await exportJWK(pair.privateKey);
});

function signed(payload: object, header: object = {}): Promise<string> {
  return new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
    .sign(key);
}

function check(proof: string, accessToken?: string): Promise<DpopProof> {
  return dpopProof({ proof, method: 'POST', url, accessToken, now });
}

const refusal = expect.objectContaining({ code: 'invalid_dpop_proof', status: 400 });

describe('dpopProof (RFC 9449 §4.3)', () => {
  it('names the key by its thumbprint, and says how long to remember the proof', async () => {
    expect(await check(await signed(claims))).toEqual({
      jkt: await calculateJwkThumbprint(jwk),
      jti: 'one',
      expiresAt: new Date(now.getTime() + 60_000),
    });
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('accepts %s', async (alg) => {
    const pair = await generateKeyPair(alg);
    const proof = await new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: await exportJWK(pair.publicKey) })
      .sign(pair.privateKey);
    expect(await check(proof)).toMatchObject({ jti: 'one' });
  });

  it('compares the URL without query and fragment, normalised', async () => {
    const htu = 'HTTPS://ID.example:443/acme/./token?x=1#y';
    expect(await check(await signed({ ...claims, htu }))).toBeDefined();
  });

  it('accepts a clock that is a minute off', async () => {
    for (const off of [-60, 60]) {
      expect(await check(await signed({ ...claims, iat: claims.iat + off }))).toBeDefined();
    }
  });

  it('wants the digest of the access token that it comes with', async () => {
    const ath = Buffer.from(sha256Digest('token')).toString('base64url');
    expect(await check(await signed({ ...claims, ath }), 'token')).toBeDefined();
    await expect(check(await signed({ ...claims, ath }), 'other')).rejects.toEqual(refusal);
    await expect(check(await signed(claims), 'token')).rejects.toEqual(refusal);
  });

  it.each([
    ['another method', { htm: 'GET' }],
    ['the method in another case', { htm: 'post' }],
    ['another path', { htu: 'https://id.example/acme/revoke' }],
    ['another organization', { htu: 'https://id.example/other/token' }],
    ['another host', { htu: 'https://evil.example/acme/token' }],
    ['another scheme', { htu: 'http://id.example/acme/token' }],
    ['what is no URL', { htu: 'token' }],
    ['a URL that is no text', { htu: [url] }],
    ['no URL', { htu: undefined }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['an endless jti', { jti: 'x'.repeat(257) }],
    ['a jti that is no text', { jti: 1 }],
    ['no time', { iat: undefined }],
    ['a time that is no number', { iat: '1893456000' }],
    ['an old proof', { iat: claims.iat - 61 }],
    ['a proof from the future', { iat: claims.iat + 61 }],
    ['an expired proof', { exp: claims.iat - 1 }],
  ])('refuses %s', async (_name, change) => {
    await expect(check(await signed({ ...claims, ...change }))).rejects.toEqual(refusal);
  });

  it.each([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['no key', { jwk: undefined }],
    ['a key that is none', { jwk: 'key' }],
    ['a key of another kind', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['a point that is on no curve', { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }],
  ])('refuses %s in the header', async (_name, change) => {
    await expect(check(await signed(claims, change))).rejects.toEqual(refusal);
  });

  it('refuses a private key in the header', async () => {
    await expect(check(await signed(claims, { jwk: privateJwk }))).rejects.toEqual(refusal);
  });

  it('refuses a signature by another key than the one it shows', async () => {
    const other = await exportJWK((await generateKeyPair('ES256')).publicKey);
    await expect(check(await signed(claims, { jwk: other }))).rejects.toEqual(refusal);
  });

  it('refuses an algorithm that is not on the list, however good', async () => {
    const pair = await generateKeyPair('ES384');
    const proof = await new SignJWT(claims)
      .setProtectedHeader({
        alg: 'ES384',
        typ: 'dpop+jwt',
        jwk: await exportJWK(pair.publicKey),
      })
      .sign(pair.privateKey);
    await expect(check(proof)).rejects.toEqual(refusal);
  });

  it('refuses RSA keys that are costly to check with, though their signature is right', async () => {
    await expect(check(signedByRsa({ primes: 5, exponent: 65_537n }))).resolves.toBeDefined();
    await expect(check(signedByRsa({ primes: 9, exponent: 65_537n }))).rejects.toEqual(refusal);
    const long = 65_537n ** 3n;
    await expect(check(signedByRsa({ primes: 5, exponent: long }))).rejects.toEqual(refusal);
  });

  it('refuses an unsigned proof, and a MAC', async () => {
    await expect(check(new UnsecuredJWT(claims).encode())).rejects.toEqual(refusal);
    const mac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk })
      .sign(Buffer.alloc(32));
    await expect(check(mac)).rejects.toEqual(refusal);
  });

  it('refuses a proof that is longer than any', async () => {
    await expect(check(await signed({ ...claims, x: 'x'.repeat(4_096) }))).rejects.toEqual(
      refusal,
    );
  });

  it('answers any text with a refusal, never with another failure', async () => {
    const segment = fc.oneof(fc.string(), fc.base64String(), fc.json());
    const proofs = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((one) => one.join('.'));
    await fc.assert(
      fc.asyncProperty(proofs, async (proof) => {
        await expect(check(proof)).rejects.toEqual(refusal);
      }),
    );
  });
});

/** A proof by an RSA key of several primes of 512 bits: to find two large ones takes seconds. */
function signedByRsa({ primes, exponent }: { primes: number; exponent: bigint }): string {
  const factors = Array.from({ length: primes }, () => usablePrime());
  const modulus = factors.reduce((product, one) => product * one);
  const order = factors.reduce((product, one) => product * (one - 1n), 1n);
  // How long the product is depends on the primes.
  const bytes = Math.ceil(modulus.toString(16).length / 2);
  const text = (value: bigint, length = 0): string => {
    const hex = value.toString(16);
    return Buffer.from(
      hex.padStart(Math.max(hex.length + (hex.length % 2), 2 * length), '0'),
      'hex',
    ).toString('base64url');
  };
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const rsa = { kty: 'RSA', n: text(modulus), e: text(exponent) };
  const input = `${encode({ alg: 'RS256', typ: 'dpop+jwt', jwk: rsa })}.${encode(claims)}`;
  // RFC 8017 §9.2: 00 01 FF … FF 00, the DER of a SHA-256 DigestInfo, the digest.
  const digest = Buffer.from(sha256Digest(input)).toString('hex');
  const info = `3031300d060960864801650304020105000420${digest}`;
  const message = BigInt(`0x0001${'ff'.repeat(bytes - 3 - info.length / 2)}00${info}`);
  return `${input}.${text(power(message, inverse(exponent, order), modulus), bytes)}`;
}

/** One whose predecessor 65,537 does not divide: only then have its powers an inverse. */
function usablePrime(): bigint {
  for (;;) {
    const prime = generatePrimeSync(512, { bigint: true });
    if ((prime - 1n) % 65_537n !== 0n) return prime;
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [base % modulus, exponent]; e > 0n; b = (b * b) % modulus, e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus;
  }
  return result;
}

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, s, nextS] = [modulus, value % modulus, 0n, 1n];
  while (next > 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, nextS] = [nextS, s - quotient * nextS];
  }
  return ((s % modulus) + modulus) % modulus;
}
