import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import { getOf, postOf } from '../../../test/memory/requests.js';
import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';
import { type Authorization } from '../model/authorization.js';
import { type Grant } from '../model/grant.js';
import { issueIdToken } from '../tokens/id-token.js';
import { verifyOwnJwt } from '../tokens/own-jwt.js';
import { confirmEndSession, endSession, type EndSessionOutcome } from './end-session.js';
import { issueLogoutToken } from './logout-token.js';

const session = { sessionId: 'session-1', userId: alice.id };
const post_logout_redirect_uri = 'https://app.example/bye';

let standing: Standing;

const authorization = (change: Partial<Authorization> = {}): Authorization => ({
  clientId: 'web-app',
  ...session,
  scope: ['openid'],
  resources: [],
  authenticatedAt: standing.clock.at,
  amr: [],
  ...change,
});

const hintOf = (change: Partial<Authorization> = {}): Promise<string> =>
  issueIdToken(standing.context, {
    application: webApplication,
    authorization: authorization(change),
    user: alice,
    accessToken: 'x',
  });

const ask = (
  parameters: Record<string, string>,
  of: typeof session | undefined = session,
): Promise<EndSessionOutcome> => endSession(standing.context, getOf(parameters), of);

const isEnded = (): boolean =>
  standing.store.state.sessions.get('session-1')?.endedAt !== undefined;

beforeEach(async () => {
  standing = await stand();
  const { state } = standing.store;
  const backchannelLogoutUri = 'https://app.example/logout';
  state.applications.set('web-app', { ...webApplication, backchannelLogoutUri });
  state.applications.set('mute', { ...webApplication, clientId: 'mute' });
  const grant = (id: string, change: Partial<Authorization>): Grant => ({
    id,
    authorization: authorization(change),
    createdAt: standing.clock.at,
    expiresAt: standing.clock.at,
  });
  state.grants.set('online', grant('online', {}));
  state.grants.set('offline', grant('offline', { scope: ['openid', 'offline_access'] }));
  state.grants.set('mute', grant('mute', { clientId: 'mute' }));
  state.grants.set('other', grant('other', { sessionId: 'session-2' }));
});

describe('a logout that the application of the session asks for', () => {
  it('ends the session, its grants, tells the applications, and leads back', async () => {
    const outcome = await ask({
      id_token_hint: await hintOf(),
      post_logout_redirect_uri,
      state: 'a&b',
    });
    expect(outcome).toEqual({
      kind: 'ended',
      location: `${post_logout_redirect_uri}?state=a%26b`,
    });

    const { grants, backchannelLogouts, audit } = standing.store.state;
    expect(isEnded()).toBe(true);
    const dead = [...grants.values()]
      .filter(({ revocation }) => revocation)
      .map(({ id }) => id);
    expect(dead).toEqual(['online', 'mute']);
    expect(backchannelLogouts).toEqual([{ clientId: 'web-app', ...session }]);
    expect(audit.map(({ action }) => action)).toEqual([
      'session.ended',
      'grant.revoked',
      'grant.revoked',
    ]);
  });

  it('takes an expired ID token', async () => {
    const id_token_hint = await hintOf();
    standing.clock.advance(86_400);
    expect(await ask({ id_token_hint })).toEqual({ kind: 'ended' });
    expect(isEnded()).toBe(true);
  });

  it('takes POST from another site, which comes without the cookie', async () => {
    const request = postOf({ id_token_hint: await hintOf() });
    expect(await endSession(standing.context, request, undefined)).toEqual({ kind: 'ended' });
    expect(isEnded()).toBe(true);
  });

  it('is the same a second time, and nothing happens twice', async () => {
    const id_token_hint = await hintOf();
    await ask({ id_token_hint, post_logout_redirect_uri });
    const before = standing.store.state;
    expect(await ask({ id_token_hint, post_logout_redirect_uri }, undefined)).toMatchObject({
      location: post_logout_redirect_uri,
    });
    expect(standing.store.state).toEqual(before);
  });
});

describe('a logout that anybody might ask for', () => {
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['nothing', () => Promise.resolve({})],
    ['the name of an application', () => Promise.resolve({ client_id: 'web-app' })],
    [
      'an ID token of another session',
      async () => ({ id_token_hint: await hintOf({ sessionId: 'session-2' }) }),
    ],
  ])('is confirmed by the user, with %s', async (_name, parameters) => {
    const outcome = await ask(await parameters());
    expect(outcome).toMatchObject({ kind: 'confirm' });
    expect(isEnded()).toBe(false);
  });

  it('is done once the user says yes, and leads to where it was to', async () => {
    const outcome = await ask({ client_id: 'web-app', post_logout_redirect_uri });
    if (outcome.kind !== 'confirm') throw new Error('No question');
    const request = JSON.parse(JSON.stringify(outcome.request)) as typeof outcome.request;
    expect(await confirmEndSession(standing.context, request, session)).toEqual({
      kind: 'ended',
      location: post_logout_redirect_uri,
    });
    expect(isEnded()).toBe(true);
  });
});

describe('a logout that breaks a rule', () => {
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['a forged ID token', () => Promise.resolve({ id_token_hint: 'a.b.c' })],
    [
      'a logout token',
      async () => ({
        id_token_hint: await issueLogoutToken(standing.context, {
          clientId: 'web-app',
          ...session,
        }),
      }),
    ],
    ['two applications', async () => ({ id_token_hint: await hintOf(), client_id: 'mute' })],
    ['an unknown application', () => Promise.resolve({ client_id: 'nobody' })],
    [
      'an address that is not registered',
      async () => ({
        id_token_hint: await hintOf(),
        post_logout_redirect_uri: 'https://app.example/bye/',
      }),
    ],
    ['an address of nobody', () => Promise.resolve({ post_logout_redirect_uri })],
  ])('ends nothing and leads nowhere: %s', async (_name, parameters) => {
    expect(await ask(await parameters())).toMatchObject({
      kind: 'error_page',
      refusal: { code: 'invalid_request' },
    });
    expect(isEnded()).toBe(false);
  });
});

describe('a logout token', () => {
  it('is what Back-Channel Logout asks for, and passes for nothing else', async () => {
    const token = await issueLogoutToken(standing.context, { clientId: 'web-app', ...session });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    const payload = decodeJwt(token);
    expect(payload).toMatchObject({
      iss: issuer,
      aud: 'web-app',
      sub: alice.id,
      sid: 'session-1',
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      exp: (payload.iat ?? 0) + 120,
    });
    expect(payload).not.toHaveProperty('nonce');
    for (const type of ['JWT', 'at+jwt'] as const) {
      expect(await verifyOwnJwt(standing.context, token, { type })).toBeUndefined();
    }
  });
});
