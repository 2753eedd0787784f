import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, REDIRECT_URI, TestBrowser } from './support/browser.js';
import { redeem } from './support/oauth-client.js';
import { open, type OpenPage, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

describe('signing in on the hosted pages', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let application: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, 'ada@example.com');
    application = await stack.createApplication(realm, { scopes: SCOPES, name: 'Photos' });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const newBrowser = (): TestBrowser => new TestBrowser(stack, realm);
  const begin = (
    browser: TestBrowser,
    changes: Parameters<typeof authorizeUrl>[2] = {},
  ): Promise<OpenPage> => open(browser, authorizeUrl(realm, application.clientId, changes));

  async function signIn(
    browser: TestBrowser,
    credentials: { readonly email: string; readonly password: string } = {
      email: 'ada@example.com',
      password: PASSWORD,
    },
  ): Promise<OpenPage> {
    const page = await begin(browser, { prompt: 'login' });
    return submit(browser, page.forms[0], credentials);
  }

  it('leads from sign-in over consent to the application, with a code that is worth tokens', async () => {
    const browser = newBrowser();
    const page = await begin(browser);
    expect(page).toMatchObject({ status: 200, title: 'Sign in · acme Inc.' });
    expect(page.html).toContain('Photos');
    const signedIn = await submit(browser, page.forms[0], {
      email: ' Ada@Example.com ',
      password: PASSWORD,
    });
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.get('location')).toBe(page.forms[0]?.action);

    const consent = await open(browser, signedIn.headers.get('location') ?? '');
    expect(consent.title).toBe('Allow access for Photos? · acme Inc.');
    expect(consent.html).toContain('See your e-mail address');
    expect(consent.html).toContain('ada@example.com');
    expect(consent.html).toContain('https://app.example.com');
    const allowed = await submit(browser, consent.forms[0], { decision: 'allow' });
    const location = new URL(allowed.headers.get('location') ?? '');
    expect(location.href).toContain(`${REDIRECT_URI}?`);
    const code = location.searchParams.get('code') ?? '';
    expect((await redeem(realm, application, code)).status).toBe(200);
    expect(ada.id).toBeTruthy();
  });
  it('shows', async () => {
    const page = await signIn(newBrowser(), { email: 'ada@example.com', password: 'wrong' });
    expect(page.status).toBe(422);
    expect(page.headers.getSetCookie().join()).not.toContain(SESSION_COOKIE);
  });
});
