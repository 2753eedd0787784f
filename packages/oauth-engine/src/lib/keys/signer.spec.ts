import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';

import { createSigner } from './signer.js';

const retiring = generateKeyPairSync('rsa', { modulusLength: 2048 });
const active = generateKeyPairSync('rsa', { modulusLength: 2048 });

const before = createSigner({
  active: { kid: 'retiring', privateKey: retiring.privateKey },
  published: [{ kid: 'retiring', publicKey: retiring.publicKey }],
});
const after = createSigner({
  active: { kid: 'active', privateKey: active.privateKey },
  published: [
    { kid: 'active', publicKey: active.publicKey },
    { kid: 'retiring', publicKey: retiring.publicKey },
  ],
});

describe('a signer', () => {
  it('makes tokens that others check by its published keys, before and after a rotation', async () => {
    const published = createLocalJWKSet(await (await after).jwks());
    for (const [kid, signer] of [
      ['retiring', await before],
      ['active', await after],
    ] as const) {
      const token = await signer.sign({ typ: 'JWT' }, { sub: 'ü', list: ['a'] });
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid });
      const { payload } = await jwtVerify(token, published, { algorithms: ['RS256'] });
      expect(payload).toEqual({ sub: 'ü', list: ['a'] });
    }
  });

  it('hands out the public halves alone', async () => {
    const { keys } = await (await after).jwks();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
    expect((await (await after).verificationKey('retiring'))?.type).toBe('public');
    expect(await (await before).verificationKey('active')).toBeUndefined();
  });

  it('signs many at once, each right', async () => {
    const signer = await after;
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, n) => signer.sign({ typ: 'JWT' }, { n })),
    );
    const payloads = await Promise.all(
      tokens.map((token) => jwtVerify(token, active.publicKey)),
    );
    expect(payloads.map(({ payload }) => payload['n'])).toEqual([...Array(50).keys()]);
    await expect(jwtVerify(tokens[0] ?? '', retiring.publicKey)).rejects.toBeInstanceOf(
      errors.JWSSignatureVerificationFailed,
    );
  });
});
