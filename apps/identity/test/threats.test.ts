import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { forgeriesOf } from './support/forgeries.js';
import { type OAuthAnswer, post, redeem, refresh } from './support/oauth-client.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

const SETTINGS = {
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantTypes: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  firstParty: true,
} as const;

interface Party {
  readonly realm: Realm;
  readonly application: TestApplication;
  readonly user: User;
}

/** Attacks that RFC 9700 and its relatives know, tried on the whole service. */
describe('an attacker', () => {
  let stack: Stack;
  let acme: Party;
  let strangers: readonly Party[];

  beforeAll(async () => {
    stack = await startStack();
    acme = await partyOf(await stack.createOrganization('acme'));
    strangers = [
      await partyOf(await stack.createOrganization('other')),
      await partyOf(await stack.realm('acme-test')),
    ];
  });
  afterAll(() => stack.stop());

  async function partyOf(realm: Realm): Promise<Party> {
    const { grantTypes, scopes, ...rest } = SETTINGS;
    return {
      realm,
      application: await stack.createApplication(realm, {
        ...rest,
        grantTypes: [...grantTypes],
        scopes: [...scopes],
        mayIntrospect: true,
      }),
      user: await stack.createUser(realm, 'ada@example.com'),
    };
  }

  async function codeOf(
    { realm, application, user }: Party,
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<string> {
    const browser = new TestBrowser(stack, realm);
    const url = authorizeUrl(realm, application.clientId, changes);
    return (await browser.authorize(url, user)).searchParams.get('code') ?? '';
  }

  async function tokensOf(party: Party): Promise<Record<Kind, string>> {
    const { status, body } = await redeem(party.realm, party.application, await codeOf(party));
    expect(status).toBe(200);
    return {
      access_token: body.access_token ?? '',
      refresh_token: body.refresh_token ?? '',
      id_token: body.id_token ?? '',
    };
  }
  type Kind = 'access_token' | 'refresh_token' | 'id_token';

  const userinfo = ({ realm }: Party, token: string): Promise<Response> =>
    fetch(`${realm.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });

  const ask = (
    party: Party,
    path: string,
    form: Record<string, string>,
  ): Promise<OAuthAnswer> => post(party.realm.issuer, path, party.application, form);

  const isActive = async (party: Party, token: string): Promise<unknown> =>
    (await ask(party, 'introspect', { token })).body['active'];

  describe('with what another organization, or the other mode, issued', () => {
    it('redeems no code, which stays good where it belongs', async () => {
      const code = await codeOf(acme);
      for (const stranger of strangers) {
        const { status, body } = await redeem(stranger.realm, stranger.application, code);
        expect([status, body.error]).toEqual([400, 'invalid_grant']);
      }
      expect((await redeem(acme.realm, acme.application, code)).status).toBe(200);
    });

    it('refreshes nothing, and kills no family', async () => {
      const tokens = await tokensOf(acme);
      for (const stranger of strangers) {
        const { realm, application } = stranger;
        const { status, body } = await refresh(realm, application, tokens.refresh_token);
        expect([status, body.error]).toEqual([400, 'invalid_grant']);
      }
      const again = await refresh(acme.realm, acme.application, tokens.refresh_token);
      expect(again.status).toBe(200);
    });

    it('reads nothing with an access token, learns nothing of it, and revokes nothing', async () => {
      const tokens = await tokensOf(acme);
      for (const stranger of strangers) {
        expect((await userinfo(stranger, tokens.access_token)).status).toBe(401);
        for (const token of [tokens.access_token, tokens.refresh_token]) {
          expect((await ask(stranger, 'introspect', { token })).body).toEqual({
            active: false,
          });
          await ask(stranger, 'revoke', { token });
        }
      }
      expect((await userinfo(acme, tokens.access_token)).status).toBe(200);
      expect(await isActive(acme, tokens.refresh_token)).toBe(true);
    });

    it('uses no pushed request, no device code, and no application', async () => {
      const device = await ask(acme, 'device_authorization', { scope: 'openid' });
      const parameters = new URL(authorizeUrl(acme.realm, acme.application.clientId));
      const pushed = await ask(acme, 'par', Object.fromEntries(parameters.searchParams));
      expect([device.status, pushed.status]).toEqual([200, 201]);
      for (const stranger of strangers) {
        const polled = await ask(stranger, 'token', {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          device_code: String(device.body['device_code']),
        });
        expect(polled.body.error).toBe('invalid_grant');
        const query = new URLSearchParams({
          client_id: stranger.application.clientId,
          request_uri: String(pushed.body['request_uri']),
        });
        const shown = await fetch(`${stranger.realm.issuer}/authorize?${query.toString()}`, {
          redirect: 'manual',
        });
        expect([shown.status, shown.headers.get('location')]).toEqual([400, null]);
        const posing = { ...stranger, application: acme.application };
        const refused = await ask(posing, 'token', { grant_type: 'client_credentials' });
        expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
      }
    });

    it('signs nobody out, and names nobody by a hint', async () => {
      const tokens = await tokensOf(acme);
      for (const stranger of strangers) {
        const query = new URLSearchParams({ id_token_hint: tokens.id_token });
        const answer = await fetch(`${stranger.realm.issuer}/logout?${query.toString()}`, {
          redirect: 'manual',
        });
        expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      }
      expect((await userinfo(acme, tokens.access_token)).status).toBe(200);
    });
  });

  it('who has a page send a form signs nobody out by it, nor makes their waiting pages void', async () => {
    const { realm, application } = acme;
    const forms = { method: 'POST', redirect: 'manual' } as const;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'cross-site',
    };
    // As browsers send it: without the cookies, which are SameSite=Lax.
    for (const endpoint of ['logout', 'authorize']) {
      const [, body = ''] = authorizeUrl(realm, application.clientId).split('?');
      const answer = await fetch(`${realm.issuer}/${endpoint}`, { ...forms, headers, body });
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(`${realm.issuer}/${endpoint}?${body}`);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    const tokens = await tokensOf(acme);
    const hinted = new URLSearchParams({ id_token_hint: tokens.id_token }).toString();
    for (const body of ['x=1', hinted]) {
      const { 'sec-fetch-site': _, ...older } = headers;
      const answer = await fetch(`${realm.issuer}/logout`, { ...forms, headers: older, body });
      expect(answer.status).toBe(200);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it('passes one kind of token off as no other', async () => {
    const tokens = await tokensOf(acme);
    for (const token of [tokens.id_token, tokens.refresh_token, await codeOf(acme)]) {
      expect((await userinfo(acme, token)).status).toBe(401);
    }
    for (const token of [tokens.id_token, tokens.access_token, await codeOf(acme)]) {
      const { body } = await refresh(acme.realm, acme.application, token);
      expect(body.error).toBe('invalid_grant');
    }
    for (const token of Object.values(tokens)) {
      const { body } = await redeem(acme.realm, acme.application, token);
      expect(body.error).toBe('invalid_grant');
    }
    const query = new URLSearchParams({ id_token_hint: tokens.access_token });
    const answer = await fetch(`${acme.realm.issuer}/logout?${query.toString()}`, {
      redirect: 'manual',
    });
    expect(answer.status).toBe(400);
    expect((await userinfo(acme, tokens.access_token)).status).toBe(200);
  });

  describe('who forges a token', () => {
    async function forged(real: string): Promise<readonly string[]> {
      const { keys } = (await (await fetch(`${acme.realm.issuer}/jwks`)).json()) as {
        keys: JWK[];
      };
      const { kid = '', typ = '' } = decodeProtectedHeader(real);
      return forgeriesOf(keys, { payload: decodeJwt(real), kid, typ });
    }

    it('opens nothing, whatever algorithm and key the token names', async () => {
      const { access_token: real } = await tokensOf(acme);
      for (const forgery of await forged(real)) {
        expect((await userinfo(acme, forgery)).status).toBe(401);
        expect(await isActive(acme, forgery)).toBe(false);
      }
      expect((await userinfo(acme, real)).status).toBe(200);
    });

    it('names nobody by a hint', async () => {
      const { id_token: real, access_token: token } = await tokensOf(acme);
      for (const forgery of await forged(real)) {
        const query = new URLSearchParams({ id_token_hint: forgery });
        const answer = await fetch(`${acme.realm.issuer}/logout?${query.toString()}`, {
          redirect: 'manual',
        });
        expect(answer.status).toBe(400);
      }
      expect(await isActive(acme, token)).toBe(true);
    });

    it('does not pass with the key of another organization, by its name or by ours', async () => {
      const [other] = strangers;
      const { access_token: real } = await tokensOf(acme);
      const { access_token: foreign } = await tokensOf(other ?? acme);
      const [header = '', payload = ''] = real.split('.');
      const [otherHeader = '', otherPayload = '', signature = ''] = foreign.split('.');
      for (const forgery of [
        foreign,
        [otherHeader, payload, signature].join('.'),
        [header, otherPayload, signature].join('.'),
      ]) {
        expect((await userinfo(acme, forgery)).status).toBe(401);
      }
    });
  });

  it('who has a code cannot inject it into a flow of their own', async () => {
    const code = await codeOf(acme);
    const theirs = 'verifier-of-the-flow-that-the-attacker-began-000';
    const injected = await redeem(acme.realm, acme.application, code, {
      code_verifier: theirs,
    });
    expect(injected.body.error).toBe('invalid_grant');
    const { body } = await redeem(acme.realm, acme.application, code);
    expect(decodeJwt(body.id_token ?? '')['nonce']).toBe('a nonce');
  });

  it('cannot talk the server out of PKCE', async () => {
    const browser = new TestBrowser(stack, acme.realm);
    for (const changes of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
    ]) {
      const url = authorizeUrl(acme.realm, acme.application.clientId, changes);
      const answer = await browser.authorize(url, acme.user);
      expect(answer.searchParams.get('error')).toBe('invalid_request');
      expect(answer.searchParams.has('code')).toBe(false);
    }
    const code = await codeOf(acme);
    const { body } = await redeem(acme.realm, acme.application, code, { code_verifier: '' });
    expect(body.error).toBe('invalid_request');
  });

  it('cannot mix servers up: every answer says who gave it, refusals too', async () => {
    for (const party of [acme, ...strangers]) {
      const metadata = (await (
        await fetch(`${party.realm.issuer}/.well-known/openid-configuration`)
      ).json()) as Record<string, unknown>;
      expect(metadata['authorization_response_iss_parameter_supported']).toBe(true);
      expect(metadata['issuer']).toBe(party.realm.issuer);
      for (const changes of [{}, { prompt: 'none', max_age: 'x' }]) {
        const browser = new TestBrowser(stack, party.realm);
        const url = authorizeUrl(party.realm, party.application.clientId, changes);
        const answer = await browser.authorize(url, party.user);
        expect(answer.searchParams.getAll('iss')).toEqual([party.realm.issuer]);
      }
    }
  });

  it('is not handed what a user posts: every redirect is a 303, kept by nobody', async () => {
    const browser = new TestBrowser(stack, acme.realm);
    await browser.startSession(acme.user);
    const [address = '', form = ''] = authorizeUrl(acme.realm, acme.application.clientId).split(
      '?',
    );
    const answer = await browser.send(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/[?&]code=/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('who says what looks like a secret of themselves keeps nothing from being noticed', async () => {
    const { realm, application } = acme;
    const tokens = await tokensOf(acme);
    const successor = await refresh(realm, application, tokens.refresh_token);
    const replay = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const headers = { 'user-agent': 'curl token=abcdefgh' };
    const answer = await post(realm.issuer, 'token', application, replay, headers);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    expect(await isActive(acme, successor.body.refresh_token ?? '')).toBe(false);
  });

  it('administers nothing with a token of a user, and is a stranger once its grant is dead', async () => {
    const { realm, user } = acme;
    const audience = realm.managementAudience;
    const application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access', 'users:read'],
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      firstParty: true,
      resources: [audience],
    });
    const party = { realm, application, user };
    const asked = { scope: 'openid offline_access users:read', resource: audience };
    const { body } = await redeem(realm, application, await codeOf(party, asked));
    const users = async (): Promise<number> =>
      (
        await fetch(`${realm.issuer}/api/v1/users`, {
          headers: { authorization: `Bearer ${body.access_token ?? ''}` },
        })
      ).status;
    expect(decodeJwt(body.access_token ?? '')['scope']).toBe('users:read');
    expect(await users()).toBe(403);
    await ask(party, 'revoke', { token: body.refresh_token ?? '' });
    expect(await users()).toBe(401);
  });

  it('that is an application cannot pass for a user', async () => {
    const { body } = await ask(acme, 'token', { grant_type: 'client_credentials' });
    const { sub } = decodeJwt(body.access_token ?? '');
    expect(sub).toBe(acme.application.clientId);
    // Users have UUIDs for names, and nobody chooses either name.
    expect(acme.user.id).toMatch(/^[\da-f]{8}-/);
    expect(sub).not.toMatch(/^[\da-f]{8}-/);
    const refused = await userinfo(acme, body.access_token ?? '');
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });
});
