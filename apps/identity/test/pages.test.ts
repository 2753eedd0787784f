import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { post } from './support/oauth-client.js';
import { lastingPart, open, type OpenPage, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

const FORM = 'application/x-www-form-urlencoded';

describe('the hosted pages', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let application: TestApplication;
  let television: TestApplication;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, 'ada@example.com');
    application = await stack.createApplication(realm, { scopes: ['openid'] });
    television = await stack.createApplication(realm, {
      type: 'native',
      tokenEndpointAuthMethod: 'none',
      name: 'Television',
      scopes: ['openid', 'profile'],
      redirectUris: [],
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
    });
  });
  afterAll(async () => {
    await stack.stop();
  });

  const newBrowser = (): TestBrowser => new TestBrowser(stack, realm);
  const begin = (browser: TestBrowser): Promise<OpenPage> =>
    open(browser, authorizeUrl(realm, application.clientId, { scope: 'openid' }));

  async function signedIn(): Promise<TestBrowser> {
    const browser = newBrowser();
    await browser.startSession(ada);
    return browser;
  }

  describe('say to browsers what they may do with them', () => {
    const pages: [string, () => Promise<OpenPage>][] = [
      ['sign-in', () => begin(newBrowser())],
      ['consent', async () => begin(await signedIn())],
      ['sign-out', async () => open(await signedIn(), `${realm.issuer}/logout`)],
      ['the code of a device', async () => open(await signedIn(), `${realm.issuer}/device`)],
      ['a request that is over', () => open(newBrowser(), `${realm.issuer}/sign-in/x`)],
      ['a broken request', () => open(newBrowser(), `${realm.issuer}/authorize`)],
      ['an unknown organization', () => open(newBrowser(), `${stack.url}/nobody/device`)],
      [
        'a request to an unknown organization',
        () => open(newBrowser(), `${stack.url}/nobody/authorize`),
      ],
      [
        'an address where there is nothing',
        () => open(newBrowser(), `${realm.issuer}/x`, { headers: { accept: 'text/html' } }),
      ],
    ];

    it.each(pages)('%s', async (_what, get) => {
      const { headers, html } = await get();
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      const policy = headers.get('content-security-policy') ?? '';
      for (const directive of [
        `default-src 'none'`,
        `base-uri 'none'`,
        `frame-ancestors 'none'`,
        `form-action 'self'`,
      ]) {
        expect(policy).toContain(directive);
      }
      expect(policy).toMatch(/style-src 'sha256-[\w+/]{43}='/);
      expect(policy).not.toContain('unsafe');
      expect(policy).not.toContain('script-src');
      expect(html).not.toContain('<script');
      expect(html).not.toMatch(/ style="| on[a-z]+="/);
    });
  });

  it('never take an address from Host or X-Forwarded headers', async () => {
    const browser = newBrowser();
    const page = await begin(browser);
    const headers = {
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example.com',
    };
    const seen = await open(browser, page.url, { headers });
    expect(lastingPart(seen)).toBe(lastingPart(page));
    expect(seen.forms[0]?.action).toBe(page.url);
    const raw = await rawGet(new URL(page.url), 'evil.example.com');
    expect(raw).not.toContain('evil.example.com');
    const device = await open(newBrowser(), `${realm.issuer}/device`, { headers });
    expect(device.url.startsWith(`${realm.issuer}/sign-in/`)).toBe(true);
  });

  it('go on after a sign-in of their own to a page of ours and nowhere else', async () => {
    for (const code of ['//evil.example.com', '/\\evil.example.com', '@evil.example.com']) {
      const browser = newBrowser();
      const address = `${realm.issuer}/device?user_code=${encodeURIComponent(code)}`;
      const page = await open(browser, `${address}&returnTo=https://evil.example.com`);
      const credentials = { email: 'ada@example.com', password: PASSWORD };
      const { headers } = await submit(browser, page.forms[0], credentials);
      const location = new URL(headers.get('location') ?? '');
      expect(location.origin + location.pathname).toBe(`${realm.issuer}/device`);
    }
  });

  describe('answer bad input with a clean page', () => {
    const bodies: [string, number, string, string | Uint8Array][] = [
      ['a NUL byte', 400, FORM, 'email=a%00b&password=x'],
      ['invalid UTF-8', 400, FORM, 'email=%ff%fe&password=x'],
      ['raw bytes', 400, FORM, Uint8Array.of(0xff, 0x3d, 0x00)],
      ['a field twice', 400, FORM, 'email=a&email=b'],
      [
        '1,000 parameters',
        400,
        FORM,
        Array.from({ length: 1_000 }, (_, n) => `f${n}=1`).join('&'),
      ],
      ['a body over 64 KB', 413, FORM, `email=${'a'.repeat(70_000)}`],
      ['a body of 5 MB', 413, FORM, `email=${'a'.repeat(5_000_000)}`],
      ['JSON', 415, 'application/json', '{"email":"a"}'],
      ['no type', 415, '', 'email=a'],
    ];

    it.each(bodies)('%s', async (_what, status, type, body) => {
      const browser = newBrowser();
      const page = await begin(browser);
      for (const path of [page.url, `${page.url}/consent`, `${realm.issuer}/device`]) {
        const response = await browser.send(path, {
          method: 'POST',
          headers: { 'content-type': type },
          body: Buffer.from(body),
        });
        expect(response.status).toBe(status);
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
        const html = await response.text();
        expect(html).toContain('We could not read this form');
        expect(html).toContain(response.headers.get('x-request-id'));
      }
      expect(stack.log()).not.toContain('page failed');
    });

    it('an address and a password that are too long, or missing', async () => {
      const browser = newBrowser();
      const { forms } = await begin(browser);
      for (const fields of [
        { email: `${'a'.repeat(400)}@example.com`, password: PASSWORD },
        { email: 'ada@example.com', password: 'x'.repeat(2_000) },
        { email: '', password: PASSWORD },
        { email: 'ada@example.com', password: '' },
      ]) {
        const page = await submit(browser, forms[0], fields);
        expect(page.status).toBe(422);
        expect(page.html).toContain('role="alert"');
        expect(page.html).not.toContain('x'.repeat(20));
      }
      // Nothing of it is looked at, so it is no attempt either: these are more than there may be.
      for (let time = 0; time < 12; time += 1) {
        const fields = { email: 'ada@example.com', password: 'x'.repeat(2_000) };
        expect((await submit(browser, forms[0], fields)).status).toBe(422);
      }
    });

    it('a query that is no single value', async () => {
      const browser = await signedIn();
      const page = await open(browser, `${realm.issuer}/device?user_code=a&user_code=b`);
      expect(page).toMatchObject({ status: 200, title: 'Connect a device · acme Inc.' });
    });
  });

  describe('connect a device', () => {
    async function startDevice(): Promise<{ user_code: string; device_code: string }> {
      const { body } = await post(realm.issuer, 'device_authorization', television, {
        scope: 'openid profile',
      });
      return body as unknown as { user_code: string; device_code: string };
    }
    const poll = (deviceCode: string): ReturnType<typeof post> =>
      post(realm.issuer, 'token', television, {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: deviceCode,
      });

    it('when its user signs in, sees the code again, and allows it', async () => {
      const started = await startDevice();
      const browser = newBrowser();
      const address = `${realm.issuer}/device?user_code=${started.user_code}`;
      const page = await open(browser, address);
      const credentials = { email: 'ada@example.com', password: PASSWORD };
      const { headers } = await submit(browser, page.forms[0], credentials);
      expect(headers.get('location')).toBe(address);
      const question = await open(browser, address);
      expect(question.title).toBe('Connect Television? · acme Inc.');
      expect(question.html).toContain(started.user_code);
      expect((await submit(browser, question.forms[0], { form_token: '' })).status).toBe(403);
      const done = await submit(browser, question.forms[0], { decision: 'allow' });
      expect(done).toMatchObject({ status: 200, title: 'The device is connected · acme Inc.' });
      expect((await poll(started.device_code)).status).toBe(200);
      const again = await submit(browser, question.forms[0], { decision: 'allow' });
      expect(again).toMatchObject({ status: 422, title: 'Code not found · acme Inc.' });
    });

    it('but not when they deny it, nor with the token of another code', async () => {
      const [one, two] = [await startDevice(), await startDevice()];
      const browser = await signedIn();
      const typed = one.user_code.toLowerCase().replace('-', ' ');
      const address = `${realm.issuer}/device?user_code=`;
      const question = await open(browser, `${address}${encodeURIComponent(typed)}`);
      const swapped = { user_code: two.user_code, decision: 'allow' };
      expect((await submit(browser, question.forms[0], swapped)).status).toBe(403);
      const denied = await submit(browser, question.forms[0], { decision: 'deny' });
      expect(denied.title).toBe('The device is not connected · acme Inc.');
      expect((await poll(one.device_code)).body).toMatchObject({ error: 'access_denied' });
      expect((await poll(two.device_code)).body).toMatchObject({
        error: 'authorization_pending',
      });
    });

    it('only by one of few codes that may be tried', async () => {
      const browser = newBrowser();
      const carl = await stack.createUser(realm, 'carl@example.com');
      await browser.startSession(carl);
      const statuses: number[] = [];
      for (let guess = 0; guess < 12; guess += 1) {
        const page = await open(
          browser,
          `${realm.issuer}/device?user_code=BBBB-BBB${'BCDFGHJKLMNP'[guess] ?? ''}`,
        );
        statuses.push(page.status);
        if (page.status === 429)
          expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(statuses).toEqual([...Array<number>(10).fill(422), 429, 429]);
    });
  });
});

/** A request that says of itself that it is for another host. */
function rawGet({ hostname, port, pathname }: URL, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('end', () => {
      resolve(answer);
    });
    socket.once('error', reject);
  });
}
