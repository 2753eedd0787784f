import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { CHROMIUM, launchChromium } from '@nomo/chromium';
import { type User } from 'oidc-client-ts';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findFreePort } from '@nomo/local/testing';
import { type Realm } from '../src/realms/realm.js';
import {
  type SinglePageApplication,
  startSinglePageApplication,
} from './support/single-page-application.js';
import { PASSWORD, startStack, type Stack } from './support/stack.js';

const EMAIL = 'ada@example.com';

// Without a browser there is nothing to run it in; `support/chromium.ts` says so, loudly.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium('a single-page application on oidc-client-ts', () => {
  let stack: Stack;
  let realm: Realm;
  let application: SinglePageApplication;
  let clientId: string;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the page asked of the token endpoint, by the type of the grant. */
  const grantTypes: (string | null)[] = [];

  beforeAll(async () => {
    const port = String(await findFreePort());
    // Chromium takes Secure cookies from http://localhost, and from nowhere else without TLS.
    stack = await startStack({ PORT: port, BASE_URL: `http://localhost:${port}` });
    realm = await stack.createOrganization('acme');
    await stack.createUser(realm, EMAIL);
    application = await startSinglePageApplication();
    ({ clientId } = await stack.createApplication(realm, {
      type: 'single_page',
      tokenEndpointAuthMethod: 'none',
      name: 'Notes',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      redirectUris: [`${application.url}/callback`],
      postLogoutRedirectUris: [`${application.url}/signed-out`],
    }));
    application.configure({ authority: realm.issuer, client_id: clientId });
    chromium = await launchChromium();
  });
  afterAll(async () => {
    await chromium.close();
    await application.stop();
    await stack.stop();
  });
  beforeEach(async () => {
    grantTypes.length = 0;
    context = await chromium.newContext();
    page = await context.newPage();
    page.on('request', (request) => {
      if (request.url() !== `${realm.issuer}/token` || request.method() !== 'POST') return;
      grantTypes.push(new URLSearchParams(request.postData() ?? '').get('grant_type'));
    });
  });
  afterEach(async () => {
    await context.close();
  });

  const says = (text: string): Promise<void> => page.getByText(text, { exact: true }).waitFor();
  const press = (name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click();

  /** Goes from the application to the hosted page and back. */
  async function signIn(): Promise<void> {
    await page.goto(application.url);
    await says('Signed out');
    await press('Sign in');
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await press('Sign in');
    const allow = page.getByRole('button', { name: 'Allow' });
    const signedIn = page.getByText(`Signed in as ${EMAIL}`);
    await allow.or(signedIn).waitFor();
    // Consent is asked for once.
    if (await allow.isVisible()) await allow.click();
    await signedIn.waitFor();
  }

  /** What the application holds. */
  async function held(): Promise<User> {
    const user = await page.evaluate<User | null>('manager.getUser()');
    if (user === null) throw new Error('the application holds nothing');
    return user;
  }

  /** Has the application renew its tokens with a refresh token of before. */
  async function renewWith(refreshToken: string): Promise<string> {
    return page.evaluate<string>(`(async () => {
      const user = await manager.getUser();
      user.refresh_token = ${JSON.stringify(refreshToken)};
      await manager.storeUser(user);
      return manager.signinSilent().then(() => 'renewed', ({ error }) => error);
    })()`);
  }

  it('signs a user in, and shows what userinfo tells', async () => {
    await signIn();
    // Where the user was before: the library kept that under the state.
    expect(page.url()).toBe(`${application.url}/notes/7`);
    expect(await held()).toMatchObject({
      profile: { iss: realm.issuer, sub: expect.any(String), email: EMAIL },
      token_type: 'Bearer',
      scope: 'openid profile email offline_access',
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    });
    expect(grantTypes).toEqual(['authorization_code']);
  });

  it('renews its tokens, and each refresh token for another', async () => {
    await signIn();
    const first = await held();
    await press('Renew');
    await says('Renewed');
    const second = await held();
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.profile.sub).toBe(first.profile.sub);
    await press('Renew');
    await says('Renewed');
    expect((await held()).refresh_token).not.toBe(second.refresh_token);
    expect(grantTypes).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
  });

  it('is refused a refresh token of before, and from then on the one it has', async () => {
    await signIn();
    const { refresh_token: used = '' } = await held();
    await press('Renew');
    await says('Renewed');
    const { refresh_token: current = '' } = await held();
    expect(await renewWith(used)).toBe('invalid_grant');
    // Whoever showed it may be a thief, and so may whoever holds the other.
    expect(await renewWith(current)).toBe('invalid_grant');
  });

  it('signs its user out, here and there', async () => {
    await signIn();
    await press('Sign out');
    await page.waitForURL(`${application.url}/signed-out*`);
    await says('Signed out');
    expect(await page.evaluate('manager.getUser()')).toBeNull();
    // Nobody is signed in at the provider either: it asks for the password again.
    await press('Sign in');
    await page.getByLabel('Password').waitFor();
  });

  it('alone may read its tokens: a page of another origin is told nothing', async () => {
    await signIn();
    const { refresh_token: refreshToken = '' } = await held();
    const other = await startSinglePageApplication();
    other.configure({ authority: realm.issuer, client_id: clientId });
    try {
      await page.goto(other.url);
      await says('Signed out');
      const answer = await page.evaluate<string>(`fetch('${realm.issuer}/token', {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: '${clientId}',
          refresh_token: '${refreshToken}',
        }),
      }).then((response) => response.text(), (error) => error.message)`);
      expect(answer).toBe('Failed to fetch');
    } finally {
      await other.stop();
    }
  });
});
