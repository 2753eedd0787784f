import { createHmac, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';

import { issuer, key, stand } from '../../../test/memory/standing.js';
import {
  issueAccessToken,
  verifyAccessToken,
  type AccessTokenSubject,
} from './access-token.js';

const subject: AccessTokenSubject = {
  clientId: 'web-app',
  subject: 'user-alice',
  audience: ['https://photos.example'],
  scope: ['openid', 'photos:read'],
  grantId: 'grant-1',
  dpopJkt: 'thumbprint',
};

describe('an access token', () => {
  it('says what RFC 9068 asks of it, and is found good', async () => {
    const { context } = await stand();
    const { token, jti, expiresIn } = await issueAccessToken(context, subject);

    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'key-1' });
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      sub: 'user-alice',
      aud: 'https://photos.example',
      client_id: 'web-app',
      iat: 1_893_456_000,
      exp: 1_893_456_000 + expiresIn,
      jti,
      scope: 'openid photos:read',
      cnf: { jkt: 'thumbprint' },
      grant_id: 'grant-1',
      mode: 'live',
    });
    expect(await verifyAccessToken(context, token)).toMatchObject({
      clientId: 'web-app',
      audience: ['https://photos.example'],
      dpopJkt: 'thumbprint',
      jti,
    });
  });

  it('is nothing once it has expired', async () => {
    const { context, clock } = await stand();
    const { token, expiresIn } = await issueAccessToken(context, subject);
    clock.advance(expiresIn);
    expect(await verifyAccessToken(context, token)).toBeUndefined();
  });

  it('is nothing in the other mode, or at another issuer with the same keys', async () => {
    const { context } = await stand();
    const { token } = await issueAccessToken(context, subject);
    const other = `${issuer}-2`;
    expect(await verifyAccessToken({ ...context, mode: 'test' }, token)).toBeUndefined();
    expect(await verifyAccessToken({ ...context, issuer: other }, token)).toBeUndefined();
  });

  it('is not what another key, algorithm or type has signed', async () => {
    const { context } = await stand();
    const { token } = await issueAccessToken(context, subject);
    const payload = decodeJwt(token);
    const header = { alg: 'RS256', typ: 'at+jwt', kid: 'key-1' };
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    // Algorithm confusion: the public key, which everybody has, as the secret of an HMAC.
    const hmacInput = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
    const hmac = createHmac('sha256', await exportSPKI(key.publicKey)).update(hmacInput);

    const forgeries = {
      'signed by a stranger': await new SignJWT(payload)
        .setProtectedHeader(header)
        .sign(stranger.privateKey),
      'bringing its own key': await new SignJWT(payload)
        .setProtectedHeader({ ...header, jwk: stranger.publicKey.export({ format: 'jwk' }) })
        .sign(stranger.privateKey),
      unsigned: new UnsecuredJWT(payload).encode(),
      'an HMAC under the public key': `${hmacInput}.${hmac.digest('base64url')}`,
      PS256: await new SignJWT(payload)
        .setProtectedHeader({ ...header, alg: 'PS256' })
        .sign(key.privateKey),
      'an ID token': await new SignJWT(payload)
        .setProtectedHeader({ ...header, typ: 'JWT' })
        .sign(key.privateKey),
      'without a kid': await new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
        .sign(key.privateKey),
      'no JWT': 'a.b.c',
      empty: '',
    };
    for (const [name, forgery] of Object.entries(forgeries)) {
      expect([name, await verifyAccessToken(context, forgery)]).toEqual([name, undefined]);
    }
  });
});
