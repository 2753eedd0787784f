import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, SignJWT } from 'jose';

import { getOf, postOf } from '../../../test/memory/requests.js';
import {
  alice,
  issuer,
  stand,
  type Standing,
  webApplication,
} from '../../../test/memory/standing.js';
import { type OAuthError } from '../errors.js';
import { type Grant } from '../model/grant.js';
import { issueAccessToken, type AccessTokenSubject } from '../tokens/access-token.js';
import { issueIdToken } from '../tokens/id-token.js';
import { userinfo } from './userinfo.js';

let standing: Standing;
let grant: Grant;

beforeEach(async () => {
  standing = await stand();
  grant = {
    id: 'grant-1',
    authorization: {
      clientId: 'web-app',
      userId: alice.id,
      sessionId: 'session-1',
      scope: ['openid', 'email'],
      resources: [],
      authenticatedAt: standing.clock.at,
      amr: ['pwd'],
      claims: { userinfo: ['locale'], idToken: [] },
    },
    createdAt: standing.clock.at,
    expiresAt: new Date(standing.clock.at.getTime() + 86_400_000),
  };
  standing.store.state.grants.set(grant.id, grant);
});

const tokenOf = async (change: Partial<AccessTokenSubject> = {}): Promise<string> => {
  const { token } = await issueAccessToken(standing.context, {
    clientId: 'web-app',
    subject: alice.id,
    audience: [issuer],
    scope: ['openid', 'email'],
    grantId: grant.id,
    ...change,
  });
  return token;
};

const refusal = async (asked: Promise<unknown>): Promise<OAuthError> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new Error('It was not refused');
  return error as OAuthError;
};

const ask = (authorization: string): ReturnType<typeof userinfo> =>
  userinfo(standing.context, getOf({}, { authorization }));

describe('userinfo', () => {
  it('tells what the scope and the claims parameter ask for, and no more', async () => {
    const { status, headers, body } = await ask(`Bearer ${await tokenOf()}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: { sub: alice.id, email: 'alice@example.com', email_verified: true, locale: 'en' },
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('takes the token by a form of POST too, and by POST with the header alone', async () => {
    const access_token = await tokenOf();
    const post = postOf({ access_token });
    expect((await userinfo(standing.context, post)).status).toBe(200);
    const authorization = { authorization: [`bearer ${access_token}`] };
    const bare = { method: 'POST', query: '', headers: authorization };
    expect((await userinfo(standing.context, bare)).status).toBe(200);

    const both = { ...post, headers: { ...post.headers, ...authorization } };
    expect(await refusal(userinfo(standing.context, both))).toMatchObject({
      code: 'invalid_request',
      status: 400,
    });
  });

  it('says nothing of errors where no token came, nor takes one from the URI', async () => {
    const access_token = await tokenOf();
    for (const request of [
      getOf(),
      getOf({ access_token }),
      getOf({}, { authorization: 'Basic eDp5' }),
    ]) {
      const response = (await refusal(userinfo(standing.context, request))).toResponse();
      expect(response.status).toBe(401);
      expect(response).not.toHaveProperty('body');
      expect(response.headers['www-authenticate']).toMatch(
        /^Bearer realm="https:\/\/id\.example\/acme", scope="openid", DPoP realm=.*algs="/,
      );
      expect(response.headers['www-authenticate']).not.toContain('error');
    }
  });

  it.each<[string, () => Promise<string> | string]>([
    ['no token', () => 'abc'],
    ['a token for another resource', () => tokenOf({ audience: ['https://photos.example'] })],
    ['a token of an unknown application', () => tokenOf({ clientId: 'gone' })],
    ['a token of an unknown grant', () => tokenOf({ grantId: 'gone' })],
    ['a token of another user than its grant’s', () => tokenOf({ subject: 'user-bob' })],
    [
      'an application’s own token',
      () => tokenOf({ grantId: undefined as never, subject: 'web-app' }),
    ],
    [
      'an ID token',
      () =>
        issueIdToken(standing.context, {
          application: webApplication,
          authorization: grant.authorization,
          user: alice,
          accessToken: 'x',
        }),
    ],
  ])('refuses %s', async (_name, token) => {
    const error = await refusal(ask(`Bearer ${await token()}`));
    expect(error).toMatchObject({ code: 'invalid_token', status: 401 });
    expect(error.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('refuses a token whose grant or user died, or that was revoked', async () => {
    const { state } = standing.store;
    const token = await tokenOf();
    const { jti } = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    ) as { jti: string };

    state.revokedAccessTokens.set(jti, standing.clock.at);
    expect(await refusal(ask(`Bearer ${token}`))).toMatchObject({ code: 'invalid_token' });
    state.revokedAccessTokens.clear();
    state.grants.set(grant.id, {
      ...grant,
      revocation: { at: standing.clock.at, reason: 'revoked_by_user' },
    });
    expect(await refusal(ask(`Bearer ${token}`))).toMatchObject({ code: 'invalid_token' });
    state.grants.set(grant.id, grant);
    state.users.clear();
    expect(await refusal(ask(`Bearer ${token}`))).toMatchObject({ code: 'invalid_token' });
  });

  it('asks for the scope openid', async () => {
    const error = await refusal(ask(`Bearer ${await tokenOf({ scope: ['email'] })}`));
    expect(error).toMatchObject({ code: 'insufficient_scope', status: 403 });
    expect(error.headers['www-authenticate']).toContain('scope="openid"');
  });

  it('refuses a token bound to a key as a bearer token, and without a proof', async () => {
    const bound = await tokenOf({ dpopJkt: 'k'.repeat(43) });
    expect(await refusal(ask(`Bearer ${bound}`))).toMatchObject({ code: 'invalid_token' });
    const error = await refusal(ask(`DPoP ${bound}`));
    expect(error).toMatchObject({ code: 'invalid_dpop_proof', status: 401 });
    expect(error.headers['www-authenticate']).toMatch(
      /DPoP realm=[^,]*, error="invalid_dpop_proof"/,
    );
  });

  it('takes a token bound to a key with a proof by it, over this token, here and once', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const bound = await tokenOf({ dpopJkt: await calculateJwkThumbprint(jwk) });
    const proof = (change: Readonly<Record<string, unknown>> = {}): Promise<string> =>
      new SignJWT({
        jti: randomUUID(),
        htm: 'GET',
        htu: `${issuer}/userinfo`,
        iat: Math.floor(standing.clock.at.getTime() / 1_000),
        ath: createHash('sha256').update(bound).digest('base64url'),
        ...change,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(pair.privateKey);
    const askWith = (dpop: string, token = bound): ReturnType<typeof userinfo> =>
      userinfo(standing.context, getOf({}, { authorization: `DPoP ${token}`, dpop }));

    const first = await proof();
    expect((await askWith(first)).status).toBe(200);
    const refused = { code: 'invalid_dpop_proof', status: 401 };
    expect(await refusal(askWith(first))).toMatchObject(refused);
    for (const change of [
      { ath: createHash('sha256').update('another').digest('base64url') },
      { ath: undefined },
      { htm: 'POST' },
      { htu: `${issuer}/token` },
    ]) {
      expect(await refusal(askWith(await proof(change)))).toMatchObject(refused);
    }
    const stolen = await tokenOf({ dpopJkt: 'k'.repeat(43) });
    const ath = createHash('sha256').update(stolen).digest('base64url');
    expect(await refusal(askWith(await proof({ ath }), stolen))).toMatchObject({
      code: 'invalid_token',
    });
  });

  it('refuses a malformed header', async () => {
    for (const header of ['Bearer', 'Bearer ', 'Bearer a b', 'DPoP é', 'Bearer a,b']) {
      expect(await refusal(ask(header))).toMatchObject({
        code: 'invalid_request',
        status: 400,
      });
    }
  });
});
