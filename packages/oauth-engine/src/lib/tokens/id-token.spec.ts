import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import { alice, issuer, stand, webApplication } from '../../../test/memory/standing.js';
import { type Authorization } from '../model/authorization.js';
import { issueIdToken } from './id-token.js';

// OpenID Connect Core, Appendix A.3.
const accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';
const at_hash = '77QmUPtjPfzWtF2AnpK9RQ';

const authorization: Authorization = {
  clientId: 'web-app',
  userId: alice.id,
  sessionId: 'session-1',
  scope: ['openid', 'email', 'profile'],
  resources: [],
  authenticatedAt: new Date('2029-12-31T23:59:00.999Z'),
  amr: [],
};

describe('an ID token', () => {
  it('says who signed in, when and where, and leaves what scopes ask for to userinfo', async () => {
    const { context } = await stand();
    const token = await issueIdToken(context, {
      application: webApplication,
      authorization,
      user: alice,
      accessToken,
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      sub: alice.id,
      aud: 'web-app',
      iat: 1_893_456_000,
      exp: 1_893_456_600,
      auth_time: 1_893_455_940,
      sid: 'session-1',
      at_hash,
    });
  });

  it('carries nonce, acr and amr, and the claims that were asked for by name', async () => {
    const { context } = await stand();
    const claims = { userinfo: ['name'], idToken: ['email', 'picture'] };
    const more = { nonce: 'n-1', acr: 'urn:acme:two', amr: ['pwd', 'otp'], claims };
    const token = await issueIdToken(context, {
      application: webApplication,
      authorization: { ...authorization, ...more },
      user: alice,
      accessToken,
    });
    const payload = decodeJwt(token);
    expect(payload).toMatchObject({
      nonce: 'n-1',
      acr: 'urn:acme:two',
      amr: ['pwd', 'otp'],
      email: 'alice@example.com',
    });
    expect(payload).not.toHaveProperty('name');
    expect(payload).not.toHaveProperty('picture');
  });

  it('carries no claim that was taken from the application since', async () => {
    const { context } = await stand();
    const claims = { userinfo: [], idToken: ['email', 'name'] };
    const token = await issueIdToken(context, {
      application: { ...webApplication, scopes: ['openid', 'profile'] },
      authorization: { ...authorization, claims },
      user: alice,
      accessToken,
    });
    expect(decodeJwt(token)).toHaveProperty('name', 'Alice');
    expect(decodeJwt(token)).not.toHaveProperty('email');
  });

  it('lets no claim of a user take the place of its own', async () => {
    const { context } = await stand();
    const user = {
      ...alice,
      claims: { sub: 'user-bob', iss: 'x', aud: 'x', exp: 1, name: 'A' },
    };
    const claims = { userinfo: [], idToken: ['sub', 'iss', 'aud', 'exp', 'name'] };
    const token = await issueIdToken(context, {
      application: webApplication,
      authorization: { ...authorization, claims },
      user,
      accessToken,
    });
    expect(decodeJwt(token)).toMatchObject({
      iss: issuer,
      sub: alice.id,
      aud: 'web-app',
      name: 'A',
    });
  });
});
