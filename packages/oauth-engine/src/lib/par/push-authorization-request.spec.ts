import { beforeEach, describe, expect, it } from '@jest/globals';

import { getOf, postOf } from '../../../test/memory/requests.js';
import { alice, stand, webApplication, type Standing } from '../../../test/memory/standing.js';
import { authorize } from '../authorization/authorize.js';
import { type AuthorizationOutcome } from '../authorization/outcome.js';
import { type OAuthRequest } from '../http/request.js';
import { pushAuthorizationRequest } from './push-authorization-request.js';

const good = {
  response_type: 'code',
  client_id: webApplication.clientId,
  redirect_uri: 'https://app.example/callback',
  scope: 'openid',
  state: 'pushed',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

let standing: Standing;

beforeEach(async () => {
  standing = await stand();
  standing.store.state.consents.set(`${alice.id} web-app`, {
    userId: alice.id,
    clientId: 'web-app',
    scope: ['openid'],
    resourceScope: [],
  });
});

const push = async (request: OAuthRequest = postOf(good)): Promise<string> => {
  const { status, body, headers } = await pushAuthorizationRequest(standing.context, request);
  expect(status).toBe(201);
  expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(body).toMatchObject({ expires_in: 60 });
  return body?.['request_uri'] as string;
};

const use = (
  request_uri: string,
  change: Record<string, string> = {},
): Promise<AuthorizationOutcome> =>
  authorize(standing.context, getOf({ client_id: 'web-app', request_uri, ...change }), {
    signIn: {
      sessionId: 'session-1',
      userId: alice.id,
      authenticatedAt: standing.clock.at,
      amr: [],
    },
  });

describe('a pushed authorization request', () => {
  it('is used once, by its reference alone', async () => {
    const uri = await push();
    expect(uri).toMatch(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/);
    // What comes beside the reference is not what was authenticated.
    const outcome = await use(uri, { state: 'other', scope: 'openid email' });
    expect(outcome).toMatchObject({
      kind: 'redirect',
      location: expect.stringContaining('state=pushed'),
    });
    expect([...standing.store.state.codes.values()]).toMatchObject([
      { authorization: { scope: ['openid'] } },
    ]);
    expect(await use(uri)).toMatchObject({
      kind: 'error_page',
      refusal: { code: 'invalid_request_uri' },
    });
  });

  it('keeps what it asks for, and nothing else that was sent', async () => {
    const asked = { ...good, nonce: 'n', prompt: 'consent', ui_locales: 'de', max_age: '9' };
    await push(postOf({ ...asked, client_assertion: '', junk: 'x'.repeat(8_000) }));
    const [kept] = [...standing.store.state.pushedRequests.values()];
    expect(Object.fromEntries(kept?.parameters ?? [])).toEqual(asked);
  });

  it('is not there for another application, which does not use it up', async () => {
    const uri = await push();
    expect(await use(uri, { client_id: 'other' })).toMatchObject({
      refusal: { code: 'invalid_request_uri' },
    });
    expect(await use(uri)).toMatchObject({ kind: 'redirect' });
  });

  it('expires', async () => {
    const uri = await push();
    standing.clock.advance(60);
    expect(await use(uri)).toMatchObject({ refusal: { code: 'invalid_request_uri' } });
  });

  it('is the only way for an application that has to push', async () => {
    standing.store.state.applications.set('web-app', {
      ...webApplication,
      requirePushedAuthorizationRequests: true,
    });
    expect(await use(await push())).toMatchObject({
      location: expect.stringContaining('code='),
    });
  });

  it.each([
    [
      'a request_uri',
      { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
      'invalid_request',
    ],
    [
      'a redirect URI that is not registered',
      { redirect_uri: 'https://evil.example' },
      'invalid_request',
    ],
    ['an unknown application', { client_id: 'nobody' }, 'invalid_client'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a scope that is malformed', { scope: '"' }, 'invalid_scope'],
  ])('is refused with %s, and nothing is kept', async (_name, change, code) => {
    await expect(
      pushAuthorizationRequest(standing.context, postOf({ ...good, ...change })),
    ).rejects.toMatchObject({ name: 'OAuthError', code });
    expect(standing.store.state.pushedRequests.size).toBe(0);
  });

  it('is refused by GET, and with a parameter twice', async () => {
    await expect(pushAuthorizationRequest(standing.context, getOf(good))).rejects.toMatchObject(
      {
        status: 405,
      },
    );
    const twice = postOf([...Object.entries(good), ['state', 'b']]);
    await expect(pushAuthorizationRequest(standing.context, twice)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
