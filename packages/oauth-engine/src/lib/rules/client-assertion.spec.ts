import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';

import { epochSeconds } from '../time.js';
import { claimedClientId, clientAssertion, type ClientAssertion } from './client-assertion.js';

const now = new Date('2030-01-01T00:00:00Z');
const seconds = epochSeconds(now);
const audiences = ['https://id.example/acme', 'https://id.example/acme/token'];
const claims = {
  iss: 'app',
  sub: 'app',
  aud: 'https://id.example/acme/token',
  exp: seconds + 60,
  jti: 'one',
};

let key: CryptoKey;
let jwks: JSONWebKeySet;
let publicPem: Uint8Array;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const jwk = await exportJWK(pair.publicKey);
  jwks = { keys: [{ ...jwk, kid: 'k', alg: 'ES256' }] };
  publicPem = Buffer.from(JSON.stringify(jwk));
});

function signed(payload: object, header: object = {}): Promise<string> {
  return new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', kid: 'k', ...header })
    .sign(key);
}

function check(assertion: string, keys = jwks): Promise<ClientAssertion | undefined> {
  return clientAssertion({ assertion, clientId: 'app', jwks: keys, audiences, now });
}

describe('clientAssertion (RFC 7523 §3)', () => {
  it('accepts one that is as it should be, and says how long to remember it', async () => {
    expect(await check(await signed(claims))).toEqual({
      jti: 'one',
      expiresAt: new Date((seconds + 90) * 1_000),
    });
  });

  it('accepts the issuer as audience, alone or beside the token endpoint', async () => {
    expect(await check(await signed({ ...claims, aud: audiences[0] }))).toBeDefined();
    expect(await check(await signed({ ...claims, aud: audiences }))).toBeDefined();
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('accepts %s', async (alg) => {
    const pair = await generateKeyPair(alg);
    const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] };
    const jwt = await new SignJWT(claims)
      .setProtectedHeader({ alg, kid: 'k' })
      .sign(pair.privateKey);
    expect(await check(jwt, keys)).toBeDefined();
  });

  it('tries every key that fits where the header names none', async () => {
    const other = await exportJWK((await generateKeyPair('ES256')).publicKey);
    const [first] = jwks.keys;
    const jwt = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(key);
    expect(await check(jwt, { keys: [other, { ...first }] })).toBeDefined();
    expect(await check(jwt, { keys: [other, { ...other }] })).toBeUndefined();
  });

  it.each([
    ['another issuer', { iss: 'other' }],
    ['another subject', { sub: 'other' }],
    ['another server', { aud: 'https://other.example' }],
    ['another server beside this one', { aud: [...audiences, 'https://other.example'] }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['a past expiry', { exp: seconds - 31 }],
    ['an expiry beyond five minutes', { exp: seconds + 331 }],
    ['an expiry that is no number', { exp: 'tomorrow' }],
    ['a beginning in the future', { nbf: seconds + 60 }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['an endless jti', { jti: 'x'.repeat(257) }],
    ['a jti that is no text', { jti: 7 }],
  ])('refuses %s', async (_name, change) => {
    expect(await check(await signed({ ...claims, ...change }))).toBeUndefined();
  });

  it('refuses an unsigned one', async () => {
    expect(await check(new UnsecuredJWT(claims).encode())).toBeUndefined();
  });

  it('refuses a MAC with the public key for a secret', async () => {
    const jwt = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .sign(publicPem);
    expect(await check(jwt)).toBeUndefined();
    const oct = { kty: 'oct', k: Buffer.from(publicPem).toString('base64url'), kid: 'k' };
    expect(await check(jwt, { keys: [oct] })).toBeUndefined();
  });

  it('refuses an algorithm that is not on the list, however good', async () => {
    const pair = await generateKeyPair('ES384');
    const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] };
    const jwt = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES384', kid: 'k' })
      .sign(pair.privateKey);
    expect(await check(jwt, keys)).toBeUndefined();
  });

  it('refuses a key that comes in the header', async () => {
    const stranger = await generateKeyPair('ES256', { extractable: true });
    const jwt = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(stranger.publicKey) })
      .sign(stranger.privateKey);
    expect(await check(jwt)).toBeUndefined();
  });

  it('refuses a changed payload', async () => {
    const [head, , signature] = (await signed(claims)).split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, jti: 'two' })).toString(
      'base64url',
    );
    expect(await check([head, payload, signature].join('.'))).toBeUndefined();
  });

  it('refuses under keys that are no keys', async () => {
    const jwt = await signed(claims);
    expect(await check(jwt, { keys: [] })).toBeUndefined();
    expect(await check(jwt, { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] })).toBe(
      undefined,
    );
    expect(await check(jwt, {} as never)).toBeUndefined();
  });
});

describe('claimedClientId', () => {
  it('reads the subject, and nothing out of what is no JWT', async () => {
    expect(claimedClientId(await signed(claims))).toBe('app');
    expect(claimedClientId(await signed({}))).toBeUndefined();
    expect(claimedClientId('x')).toBeUndefined();
  });
});
