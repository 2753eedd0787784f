import { sha256Digest } from '@nomo/security-core';
import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';
import { type Application } from '../model/application.js';
import { type SignIn } from '../model/user.js';
import { authorize, resumeAuthorization } from './authorize.js';
import { type AuthorizationOutcome } from './outcome.js';
import { type Visit } from './visit.js';

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const good = {
  response_type: 'code',
  client_id: webApplication.clientId,
  redirect_uri: 'https://app.example/callback',
  scope: 'openid photos:read',
  state: 'a b&c',
  nonce: 'n-1',
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

let standing: Standing;
let signIn: SignIn;

beforeEach(async () => {
  standing = await stand();
  signIn = {
    sessionId: 'session-1',
    userId: alice.id,
    authenticatedAt: new Date(standing.clock.at.getTime() - 60_000),
    amr: ['pwd'],
  };
});

const ask = (
  change: Readonly<Record<string, string | undefined>> = {},
  visit: Visit = { signIn },
): Promise<AuthorizationOutcome> => {
  const sent: Readonly<Record<string, string | undefined>> = { ...good, ...change };
  const entries = Object.entries(sent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const query = new URLSearchParams(entries).toString();
  return authorize(standing.context, { method: 'GET', query, headers: {} }, visit);
};

const consented = (scope = ['openid', 'photos:read']): void => {
  standing.store.state.consents.set(`${alice.id} web-app`, {
    userId: alice.id,
    clientId: 'web-app',
    scope,
    resourceScope: [],
  });
};

const answerOf = (outcome: AuthorizationOutcome): Record<string, string> => {
  if (outcome.kind !== 'redirect') throw new Error(`No redirect: ${JSON.stringify(outcome)}`);
  return Object.fromEntries(new URL(outcome.location).searchParams);
};

const setApplication = (change: Partial<Application>): void => {
  standing.store.state.applications.set('web-app', { ...webApplication, ...change });
};

describe('an authorization request that is granted', () => {
  it('gets a code, its state and the issuer, and stores nothing but the digest of the code', async () => {
    consented();
    const outcome = await ask();

    const { code = '', ...others } = answerOf(outcome);
    expect(others).toEqual({ state: 'a b&c', iss: issuer });
    expect(code).toMatch(/^[\w-]{43}$/);
    const [stored] = standing.store.state.codes.values();
    expect(stored).toEqual({
      digest: sha256Digest(code),
      redirectUri: good.redirect_uri,
      codeChallenge: challenge,
      expiresAt: new Date(standing.clock.at.getTime() + 60_000),
      authorization: {
        clientId: 'web-app',
        userId: alice.id,
        sessionId: 'session-1',
        scope: ['openid', 'photos:read'],
        resources: [],
        authenticatedAt: signIn.authenticatedAt,
        amr: ['pwd'],
        nonce: 'n-1',
      },
    });
    expect(JSON.stringify([...standing.store.state.codes])).not.toContain(code);
    expect(standing.store.state.audit).toMatchObject([{ action: 'authorization.granted' }]);
  });

  it('is answered by a form where it asks for form_post', async () => {
    consented();
    expect(await ask({ response_mode: 'form_post' })).toMatchObject({
      kind: 'form_post',
      action: good.redirect_uri,
      fields: { state: good.state, iss: issuer },
    });
  });

  it('keeps a query that was registered with the redirect URI', async () => {
    setApplication({ redirectUris: ['https://app.example/cb?tenant=%41'] });
    consented();
    const outcome = await ask({ redirect_uri: 'https://app.example/cb?tenant=%41' });
    expect(outcome).toMatchObject({
      location: expect.stringMatching(/^https:\/\/app\.example\/cb\?tenant=%41&code=/),
    });
  });
});

describe('an authorization request with nobody to redirect to', () => {
  it.each([
    ['an unknown application', { client_id: 'nobody' }],
    ['no application', { client_id: undefined }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/' }],
    [
      'a redirect URI that begins like one',
      { redirect_uri: `${good.redirect_uri}.evil.example` },
    ],
    [
      'a pushed request that nobody pushed',
      { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
    ],
  ])('shows an error page for %s', async (_name, change) => {
    const outcome = await ask(change);
    expect(outcome).toMatchObject({ kind: 'error_page', refusal: { status: 400 } });
    expect(JSON.stringify(outcome)).not.toContain('evil');
  });

  it('shows an error page where client_id or redirect_uri is sent twice', async () => {
    for (const name of ['client_id', 'redirect_uri'] as const) {
      const query = `${new URLSearchParams(good).toString()}&${name}=${encodeURIComponent(good[name])}`;
      const request = { method: 'GET', query, headers: {} };
      expect(await authorize(standing.context, request, { signIn })).toMatchObject({
        kind: 'error_page',
      });
    }
  });

  it('does not know an application of the other mode', async () => {
    setApplication({ mode: 'test' });
    expect(await ask()).toMatchObject({
      kind: 'error_page',
      refusal: { code: 'invalid_client' },
    });
  });
});

describe('an authorization request that breaks a rule', () => {
  it.each([
    ['response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['response_type', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['response_type', { response_type: undefined }, 'invalid_request'],
    ['code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['code_challenge_method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['scope', { scope: 'a"b' }, 'invalid_scope'],
    ['resource', { resource: 'https://films.example/api' }, 'invalid_target'],
    ['prompt', { prompt: 'none login' }, 'invalid_request'],
    ['request', { request: 'e30.e30.' }, 'request_not_supported'],
    ['request_uri', { request_uri: 'https://app.example/r' }, 'request_uri_not_supported'],
    ['registration', { registration: '{}' }, 'registration_not_supported'],
    ['id_token_hint', { id_token_hint: 'a.b.c' }, 'invalid_request'],
    ['claims', { claims: '[]' }, 'invalid_request'],
  ])('tells the application what is wrong with its %s', async (_name, change, error) => {
    consented();
    expect(answerOf(await ask(change))).toMatchObject({
      error,
      state: good.state,
      iss: issuer,
    });
    expect(standing.store.state.codes.size).toBe(0);
  });

  it('hands no state back that was sent twice', async () => {
    const query = `${new URLSearchParams(good).toString()}&state=other`;
    const request = { method: 'GET', query, headers: {} };
    const answer = answerOf(await authorize(standing.context, request, { signIn }));
    expect(answer).toMatchObject({ error: 'invalid_request' });
    expect(answer).not.toHaveProperty('state');
  });

  it('is refused if the application may not use codes, or has to push', async () => {
    setApplication({ grantTypes: ['client_credentials'] });
    expect(answerOf(await ask())).toMatchObject({ error: 'unauthorized_client' });
    setApplication({ requirePushedAuthorizationRequests: true });
    expect(answerOf(await ask())).toMatchObject({ error: 'invalid_request' });
  });
});

describe('what the user is asked', () => {
  it('is to sign in, where nobody is, or only somebody who was deactivated', async () => {
    expect(await ask({}, {})).toMatchObject({ kind: 'interaction', ask: { page: 'login' } });
    standing.store.state.users.clear();
    expect(await ask()).toMatchObject({ kind: 'interaction', ask: { page: 'login' } });
  });

  it('is to consent, once, to what is new', async () => {
    consented(['openid']);
    const first = await ask();
    expect(first).toMatchObject({
      ask: { page: 'consent', access: { scope: ['openid', 'photos:read'] } },
    });
    if (first.kind !== 'interaction') throw new Error('No interaction');

    // The application keeps it as JSON.
    const kept = JSON.parse(JSON.stringify(first.request)) as typeof first.request;
    const consent = { userId: alice.id, granted: true };
    const second = await resumeAuthorization(standing.context, kept, { signIn, consent });
    expect(answerOf(second)).toHaveProperty('code');
    expect(answerOf(await ask())).toHaveProperty('code');
    expect(standing.store.state.audit.map(({ action }) => action)).toEqual([
      'consent.granted',
      'authorization.granted',
      'authorization.granted',
    ]);
  });

  it('is to consent to claims that are asked for by name, and that is kept', async () => {
    consented();
    const change = { claims: '{"userinfo":{"email":null}}' };
    expect(await ask(change)).toMatchObject({
      ask: { page: 'consent', access: { scope: ['openid', 'photos:read', 'email'] } },
    });
    const consent = { userId: alice.id, granted: true };
    expect(answerOf(await ask(change, { signIn, consent }))).toHaveProperty('code');
    expect(answerOf(await ask(change))).toHaveProperty('code');
  });

  it('is to consent for oneself: the answer of somebody else counts for nothing', async () => {
    const consent = { userId: 'user-bob', granted: true };
    expect(await ask({}, { signIn, consent })).toMatchObject({ ask: { page: 'consent' } });
    expect(standing.store.state.consents.size).toBe(0);
  });

  it('leads back with access_denied when the user says no, or turns away', async () => {
    const consent = { userId: alice.id, granted: false };
    expect(answerOf(await ask({}, { signIn, consent }))).toMatchObject({
      error: 'access_denied',
    });
    expect(standing.store.state.audit).toMatchObject([{ action: 'consent.denied' }]);
    expect(answerOf(await ask({}, { cancelled: true }))).toMatchObject({
      error: 'access_denied',
    });
  });

  it('is nothing by an application of the organization itself', async () => {
    setApplication({ firstParty: true });
    expect(answerOf(await ask())).toHaveProperty('code');
    expect(await ask({ prompt: 'consent' })).toMatchObject({ ask: { page: 'consent' } });
  });

  it('is always something by a native application that anybody could pretend to be', async () => {
    setApplication({
      type: 'native',
      firstParty: true,
      redirectUris: ['http://127.0.0.1/cb', 'com.example.app:/cb'],
    });
    for (const redirect_uri of ['http://127.0.0.1:5123/cb', 'com.example.app:/cb']) {
      expect(await ask({ redirect_uri })).toMatchObject({ ask: { page: 'consent' } });
      const fresh = { ...signIn, authenticatedAt: standing.clock.at };
      expect(await ask({ redirect_uri }, { signIn: fresh })).toMatchObject({
        kind: 'redirect',
      });
    }
  });

  it('is to sign in again for prompt=login, until that happened since the request', async () => {
    consented();
    const first = await ask({ prompt: 'login' });
    if (first.kind !== 'interaction') throw new Error('No interaction');
    expect(first.ask.page).toBe('login');
    expect(
      await resumeAuthorization(standing.context, first.request, { signIn }),
    ).toMatchObject({
      ask: { page: 'login' },
    });
    standing.clock.advance(20);
    const fresh = { ...signIn, authenticatedAt: standing.clock.at };
    const last = await resumeAuthorization(standing.context, first.request, { signIn: fresh });
    expect(answerOf(last)).toHaveProperty('code');
  });

  it('is to select an account for prompt=select_account, once', async () => {
    consented();
    const change = { prompt: 'select_account' };
    expect(await ask(change)).toMatchObject({ ask: { page: 'select_account' } });
    const bob = { signIn, selectedUserId: 'user-bob' };
    expect(await ask(change, bob)).toMatchObject({ ask: { page: 'select_account' } });
    expect(answerOf(await ask(change, { signIn, selectedUserId: alice.id }))).toHaveProperty(
      'code',
    );
  });

  it.each([
    ['login_required', {}, {}],
    ['login_required', { max_age: '30' }, undefined],
    ['consent_required', {}, undefined],
  ])('is nothing for prompt=none, which gets %s', async (error, change, visit) => {
    const outcome = await ask({ ...change, prompt: 'none' }, visit ?? { signIn });
    expect(answerOf(outcome)).toMatchObject({ error, state: good.state });
  });

  it('is what the application may still have of what it asked for', async () => {
    const first = await ask({ claims: '{"userinfo":{"email":null},"id_token":{"name":null}}' });
    if (first.kind !== 'interaction') throw new Error('No interaction');
    setApplication({ scopes: ['openid', 'profile'] });
    const consent = { userId: alice.id, granted: true };
    await resumeAuthorization(standing.context, first.request, { signIn, consent });
    expect([...standing.store.state.consents.values()]).toMatchObject([
      { scope: ['openid', 'profile'] },
    ]);
    expect([...standing.store.state.codes.values()]).toMatchObject([
      { authorization: { scope: ['openid'], claims: { userinfo: [], idToken: ['name'] } } },
    ]);
  });

  it('is refused if the application lost its resource meanwhile', async () => {
    const first = await ask({ resource: 'https://photos.example' });
    if (first.kind !== 'interaction') throw new Error('No interaction');
    setApplication({ resources: [] });
    const consent = { userId: alice.id, granted: true };
    const outcome = await resumeAuthorization(standing.context, first.request, {
      signIn,
      consent,
    });
    expect(answerOf(outcome)).toMatchObject({ error: 'invalid_target', state: good.state });
  });

  it('is forgotten if the application lost its redirect URI meanwhile', async () => {
    const first = await ask();
    if (first.kind !== 'interaction') throw new Error('No interaction');
    setApplication({ redirectUris: [] });
    expect(
      await resumeAuthorization(standing.context, first.request, { signIn }),
    ).toMatchObject({
      kind: 'error_page',
    });
  });
});
