import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { redeem } from './support/oauth-client.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

const SIGNED_OUT = 'https://app.example.com/signed-out';

/** Modules of the OpenID conformance suite, by their names, as far as no other test does the same. */
describe('the OpenID conformance suite', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let ada: User;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, 'ada@example.com');
    application = await stack.createApplication(realm, {
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      postLogoutRedirectUris: [SIGNED_OUT],
      firstParty: true,
    });
  });
  afterAll(() => stack.stop());

  interface Visit {
    readonly browser: TestBrowser;
    readonly idToken: string;
  }

  /** Signs the user in at a new browser. */
  async function visit(
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Visit> {
    const browser = new TestBrowser(stack, realm);
    const idToken = await idTokenAt(browser, changes);
    return { browser, idToken };
  }

  async function idTokenAt(
    browser: TestBrowser,
    changes: Readonly<Record<string, string | undefined>>,
  ): Promise<string> {
    const url = authorizeUrl(realm, application.clientId, changes);
    const answer = await browser.authorize(url, ada);
    const code = answer.searchParams.get('code') ?? '';
    const { status, body } = await redeem(realm, application, code);
    expect(status).toBe(200);
    return body.id_token ?? '';
  }

  describe('Basic OP', () => {
    it.each<[string, Readonly<Record<string, string | undefined>>]>([
      ['oidcc-ensure-request-without-nonce-succeeds-for-code-flow', { nonce: undefined }],
      ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
      ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
      ['oidcc-display-page', { display: 'page' }],
      ['oidcc-display-popup', { display: 'popup' }],
      ['oidcc-ui-locales', { ui_locales: 'se' }],
      ['oidcc-claims-locales', { claims_locales: 'se' }],
      ['oidcc-login-hint', { login_hint: 'ada@example.com' }],
      ['oidcc-scope-all', { scope: 'openid profile email address phone' }],
      ['oidcc-scope-address', { scope: 'openid address' }],
      ['oidcc-scope-phone', { scope: 'openid phone' }],
      ['oidcc-claims-essential', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
    ])('%s', async (_module, changes) => {
      const { idToken } = await visit(changes);
      const { sub, iss, nonce } = decodeJwt(idToken);
      expect({ sub, iss }).toEqual({ sub: ada.id, iss: realm.issuer });
      expect(nonce).toBe('nonce' in changes ? undefined : 'a nonce');
    });

    it.each<[string, (idToken: string) => Readonly<Record<string, string>>]>([
      ['oidcc-prompt-none-logged-in', () => ({ prompt: 'none' })],
      ['oidcc-id-token-hint', (hint) => ({ prompt: 'none', id_token_hint: hint })],
      ['oidcc-max-age-10000', () => ({ max_age: '10000' })],
    ])('%s', async (_module, changes) => {
      const { browser, idToken } = await visit({ max_age: '10000' });
      const before = decodeJwt(idToken);
      const after = decodeJwt(await idTokenAt(browser, changes(idToken)));
      expect(after.sub).toBe(before.sub);
      expect(after['auth_time']).toBe(before['auth_time']);
    });

    it.each([
      ['oidcc-prompt-login', { prompt: 'login' }],
      ['oidcc-max-age-1', { max_age: '0' }],
    ])('%s', async (_module, changes) => {
      const { browser } = await visit();
      const id = await browser.begin(authorizeUrl(realm, application.clientId, changes));
      expect(await browser.pending(id)).toMatchObject({ ask: { page: 'login' } });
    });

    it('oidcc-prompt-none-not-logged-in', async () => {
      const browser = new TestBrowser(stack, realm);
      const url = authorizeUrl(realm, application.clientId, { prompt: 'none' });
      const answer = await browser.authorize(url, ada);
      expect(answer.searchParams.get('error')).toBe('login_required');
    });
  });

  describe('RP-Initiated Logout OP', () => {
    const logout = (browser: TestBrowser, query: Record<string, string>): Promise<Response> =>
      browser.send(`${realm.issuer}/logout?${new URLSearchParams(query).toString()}`);

    /** Whether the browser is still signed in. */
    async function isSignedIn(browser: TestBrowser): Promise<boolean> {
      const url = authorizeUrl(realm, application.clientId, { prompt: 'none' });
      return (await browser.authorize(url, ada)).searchParams.has('code');
    }

    it.each<[string, Record<string, string>, string | null]>([
      [
        'oidcc-rp-initiated-logout',
        { post_logout_redirect_uri: SIGNED_OUT, state: 'a state' },
        `${SIGNED_OUT}?state=a+state`,
      ],
      [
        'oidcc-rp-initiated-logout-no-state',
        { post_logout_redirect_uri: SIGNED_OUT },
        SIGNED_OUT,
      ],
      ['oidcc-rp-initiated-logout-no-post-logout-redirect-uri', {}, null],
      ['oidcc-rp-initiated-logout-only-state', { state: 'a state' }, null],
    ])('%s', async (_module, query, location) => {
      const { browser, idToken } = await visit();
      const answer = await logout(browser, { id_token_hint: idToken, ...query });
      const led = answer.headers.get('location');
      expect([led?.replace('%20', '+') ?? null, answer.status]).toEqual([
        location,
        location === null ? 200 : 303,
      ]);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it.each<[string, Record<string, string>]>([
      ['oidcc-rp-initiated-logout-no-params', {}],
      ['oidcc-rp-initiated-logout-no-id-token-hint', { state: 'a state' }],
    ])('%s', async (_module, query) => {
      const { browser } = await visit();
      const answer = await logout(browser, query);
      expect(answer.headers.get('location')).toMatch(/\/acme\/sign-out\/[\w-]+$/);
      expect(await isSignedIn(browser)).toBe(true);
    });

    it.each<[string, (idToken: string) => Record<string, string>]>([
      [
        'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
        (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }),
      ],
      [
        'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
        (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${SIGNED_OUT}?foo=bar` }),
      ],
      [
        'oidcc-rp-initiated-logout-modified-id-token-hint',
        (hint) => ({ id_token_hint: `${hint.slice(0, -5)}AAAAA` }),
      ],
      ['oidcc-rp-initiated-logout-bad-id-token-hint', () => ({ id_token_hint: 'bad' })],
    ])('%s', async (_module, query) => {
      const { browser, idToken } = await visit();
      const answer = await logout(browser, query(idToken));
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(await isSignedIn(browser)).toBe(true);
    });
  });
});
