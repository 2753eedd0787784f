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
import pg from 'pg';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findFreePort } from '@nomo/local/testing';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { type Realm } from '../src/realms/realm.js';
import { RealmsService } from '../src/realms/realms.service.js';
import { authorizeUrl } from './support/browser.js';
import { inspect } from './support/chromium.js';
import { type ClientServer, startClientServer } from './support/client-server.js';
import { post, redeem } from './support/oauth-client.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const EMAIL = 'ada@example.com';

// Without a browser there is nothing to look with; `support/chromium.ts` says so, loudly.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium('the hosted pages in Chromium', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let television: TestApplication;
  let client: ClientServer;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const port = String(await findFreePort());
    // Chromium takes Secure cookies from http://localhost, and from nowhere else without TLS.
    stack = await startStack({ PORT: port, BASE_URL: `http://localhost:${port}` });
    realm = await stack.createOrganization('acme');
    await stack.createUser(realm, EMAIL);
    client = await startClientServer();
    application = await stack.createApplication(realm, {
      name: 'Holiday Photos',
      scopes: SCOPES,
      redirectUris: [client.redirectUri, 'https://app.example.com/callback'],
      postLogoutRedirectUris: [`${client.url}/bye`],
    });
    television = await stack.createApplication(realm, {
      type: 'native',
      tokenEndpointAuthMethod: 'none',
      name: 'Living Room TV',
      scopes: ['openid', 'profile'],
      redirectUris: [],
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
    });
    chromium = await launchChromium();
  });
  afterAll(async () => {
    await chromium.close();
    await client.stop();
    await stack.stop();
  });
  beforeEach(async () => {
    complaints.length = 0;
    context = await chromium.newContext();
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
  });

  const start = (changes: Parameters<typeof authorizeUrl>[2] = {}): string =>
    authorizeUrl(realm, application.clientId, { redirect_uri: client.redirectUri, ...changes });

  async function signIn(on = page): Promise<void> {
    await on.getByLabel('E-mail address').fill(EMAIL);
    await on.getByLabel('Password').fill(PASSWORD);
    await on.getByRole('button', { name: 'Sign in' }).click();
  }

  async function signInAt(url: string): Promise<void> {
    await page.goto(url);
    await signIn();
  }

  /** Until the page has put the focus there: browsers do so a moment after the page has loaded. */
  async function focusOn(label: string): Promise<void> {
    await page.getByLabel(label).and(page.locator(':focus')).waitFor();
  }

  it('lead from sign-in over consent to where the application sends its users on', async () => {
    await page.goto(start());
    await inspect(page, 'sign-in');
    await signIn();
    await page.getByRole('heading', { name: 'Holiday Photos asks for access' }).waitFor();
    await inspect(page, 'consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    // The callback leads on to another origin, which `form-action` would have refused.
    await page.waitForURL(`${client.homeUrl}*`);
    const { code = '', state, iss } = client.lastCallback();
    expect({ state, iss }).toEqual({ state: 'a state', iss: realm.issuer });
    const answer = await redeem(realm, application, code, { redirect_uri: client.redirectUri });
    expect(answer.status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it('forgive a second click, for which browsers drop the answer to the first', async () => {
    await page.goto(start({ prompt: 'consent' }));
    await signIn();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    await page.route(
      '**/consent',
      async (route) => {
        // The service has answered, and its answer is a long time on the way.
        await route.fetch({ maxRedirects: 0 });
      },
      { times: 1 },
    );
    // Playwright's own click would wait for the first answer, which never comes.
    await page.evaluate(
      "setInterval(() => document.querySelector('[value=allow]').click(), 1000)",
    );
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    const { code = '' } = client.lastCallback();
    const answer = await redeem(realm, application, code, { redirect_uri: client.redirectUri });
    expect(answer.status).toBe(200);
  });

  it('work by the keyboard alone, in the order of reading', async () => {
    await page.goto(start({ prompt: 'consent' }));
    await focusOn('E-mail address');
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not my password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(EMAIL);
    await inspect(page, 'sign-in-refused');
    await focusOn('Password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Deny' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toMatchObject({ error: 'access_denied', state: 'a state' });
  });

  it('work where no script runs, on a phone', async () => {
    const plain = await chromium.newContext({
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
    });
    const phone = await plain.newPage();
    await phone.goto(start({ prompt: 'consent' }));
    await signIn(phone);
    await phone.getByRole('button', { name: 'Allow' }).click();
    await phone.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toMatchObject({ state: 'a state' });
    // A form that sends itself has a button where it cannot.
    await phone.goto(start({ prompt: 'login', response_mode: 'form_post' }));
    await signIn(phone);
    await phone.getByRole('button', { name: 'Continue' }).click();
    await phone.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toHaveProperty('code');
    await plain.close();
  });

  it('send an answer by a form that sends itself', async () => {
    await signInAt(start({ prompt: 'login', response_mode: 'form_post', state: 'by form' }));
    await page.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toMatchObject({ state: 'by form', iss: realm.issuer });
    expect(complaints).toEqual([]);
  });

  it('come back from the choice of an account, and from a change of mind', async () => {
    await signInAt(start());
    await page.waitForURL(`${client.homeUrl}*`);
    await page.goto(start({ prompt: 'select_account' }));
    await inspect(page, 'account');
    await page.getByRole('button', { name: 'Continue with this account' }).click();
    await page.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toHaveProperty('code');
    await page.goto(start({ prompt: 'login' }));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${client.homeUrl}*`);
    expect(client.lastCallback()).toMatchObject({ error: 'access_denied' });
  });

  it('connect a device', async () => {
    const started = await post(realm.issuer, 'device_authorization', television, {
      scope: 'openid profile',
    });
    const { user_code: userCode } = started.body as { readonly user_code: string };
    await signInAt(`${realm.issuer}/device`);
    await page.getByLabel('Code').waitFor();
    await inspect(page, 'device-code');
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await inspect(page, 'device-code-refused');
    await page.getByLabel('Code').fill(userCode.toLowerCase());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connect Living Room TV?' }).waitFor();
    await inspect(page, 'device');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'The device is connected' }).waitFor();
    await inspect(page, 'device-done');
  });

  it('sign out, here or back to the application', async () => {
    await signInAt(`${realm.issuer}/device`);
    await page.getByLabel('Code').waitFor();
    const back = `${client.url}/bye`;
    const query = new URLSearchParams({
      client_id: application.clientId,
      post_logout_redirect_uri: back,
    });
    await page.goto(`${realm.issuer}/logout?${query.toString()}`);
    await inspect(page, 'sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(back);
    await page.goto(`${realm.issuer}/logout`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await inspect(page, 'signed-out');
  });

  it('say what is wrong', async () => {
    await page.goto(
      `${realm.issuer}/authorize?client_id=nobody&redirect_uri=https://evil.example`,
    );
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    await inspect(page, 'broken-request');
    await page.goto(`${realm.issuer}/sign-in/over`);
    await inspect(page, 'over');
    await page.goto(start());
    await context.clearCookies();
    await signIn();
    await page.getByRole('heading', { name: 'This page is out of date' }).waitFor();
    await inspect(page, 'out-of-date');
  });

  it('bear long names, bright colours, logos and the test mode', async () => {
    const name =
      'Königliche Gesellschaft zur Förderung außerordentlich langer Organisationsnamen';
    await stack.createOrganization('long');
    const owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    await owner.query(
      `UPDATE organizations SET name = $1, primary_color = '#ffe600', background_color = '#0b3d2e'
       FROM organization_directory d WHERE d.org_id = organizations.id AND d.slug = 'long'`,
      [name],
    );
    await owner.end();
    stack.get(RealmsService).forget({ slug: 'long-test' });
    const test = await stack.realm('long-test');
    const email = `${'maximiliane.'.repeat(5)}von-und-zu@subdomain.of.some.example.com`;
    await stack.createUser(test, email);
    const long = await stack.createApplication(test, {
      name: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenverwaltung für Fortgeschrittene',
      scopes: SCOPES,
      redirectUris: [client.redirectUri],
    });
    await page.goto(
      authorizeUrl(test, long.clientId, {
        redirect_uri: client.redirectUri,
        login_hint: email,
      }),
    );
    await inspect(page, 'long-sign-in');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Deny' }).waitFor();
    await inspect(page, 'long-consent');
  });

  describe('are safe from', () => {
    it('other pages that frame them', async () => {
      await page.goto(client.url);
      const refused = page.waitForEvent('console', (message) => message.type() === 'error');
      await page.setContent(`<iframe src="${start()}"></iframe>`);
      expect((await refused).text()).toMatch(/frame-ancestors|X-Frame-Options/i);
    });

    it('scripts that somebody smuggles in', async () => {
      await page.goto(start());
      const refused = page.waitForEvent('console', (message) => message.type() === 'error');
      await page.evaluate(
        `document.body.insertAdjacentHTML('beforeend', '<svg onload="document.title = 1">')`,
      );
      expect((await refused).text()).toMatch(/Content Security Policy/);
      expect(await page.title()).toBe('Sign in · acme Inc.');
    });

    it('forms that somebody smuggles in', async () => {
      await page.goto(start({ redirect_uri: 'https://app.example.com/callback' }));
      const refused = page.waitForEvent('console', (message) =>
        message.text().includes('form-action'),
      );
      await page.evaluate(
        `document.body.insertAdjacentHTML('beforeend',
          '<form method="post" action="${client.redirectUri}"><button>Steal</button></form>')`,
      );
      client.forget();
      // By a script: Playwright's own click would wait for what is not to come.
      await page.evaluate('setTimeout(() => [...document.forms].at(-1).submit(), 0)');
      expect((await refused).text()).toContain('violates');
      expect(client.lastCallback()).toEqual({});
    });

    it('forms of other sites, which come without our cookies and say where they are from', async () => {
      await page.goto(start({ prompt: 'consent' }));
      const action = page.url();
      await page.goto(client.url);
      await page.setContent(`<form method="post" action="${action}">
        <input name="email" value="${EMAIL}"><input name="password" value="${PASSWORD}"></form>`);
      await page.evaluate('document.forms[0].submit()');
      await page.getByRole('heading', { name: 'This page is out of date' }).waitFor();
      const names = (await context.cookies()).map(({ name }) => name);
      expect(names).not.toContain(SESSION_COOKIE);
    });
  });
});
