import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { sha256Digest } from '@nomo/security-core';
import { decodeJwt } from 'jose';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { redeem, refresh } from './support/oauth-client.js';
import { open, type OpenPage, type PageForm, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const ADA = { email: 'ada@example.com', password: PASSWORD };
const ALLOW = { decision: 'allow' };

describe('a form that is sent again', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let application: TestApplication;
  let own: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, ADA.email);
    application = await stack.createApplication(realm, {
      scopes: SCOPES,
      postLogoutRedirectUris: ['https://app.example.com/bye'],
    });
    own = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const newBrowser = (): TestBrowser => new TestBrowser(stack, realm);

  async function atConsent(
    changes: Parameters<typeof authorizeUrl>[2] = {},
  ): Promise<{ browser: TestBrowser; form: PageForm | undefined; url: string }> {
    const browser = newBrowser();
    await browser.startSession(ada);
    const address = authorizeUrl(realm, application.clientId, {
      prompt: 'consent',
      ...changes,
    });
    const { forms, url } = await open(browser, address);
    return { browser, form: forms[0], url };
  }

  /** Sends a form several times before anybody has answered. */
  const sendAtOnce = (
    browser: TestBrowser,
    form: PageForm | undefined,
    fields: Readonly<Record<string, string>>,
  ): Promise<OpenPage[]> =>
    Promise.all(Array.from({ length: 6 }, () => submit(browser, form, fields)));

  const locationOf = ({ headers }: OpenPage): string => headers.get('location') ?? '';
  const codeOf = (page: OpenPage): string =>
    new URL(locationOf(page)).searchParams.get('code') ?? '';

  async function countOf(table: 'authorization_codes' | 'sessions'): Promise<number> {
    const { rows } = await owner.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(rows[0]?.count);
  }

  it('is answered alike each time, with the one code that there is, by who clicks twice', async () => {
    const { browser, form } = await atConsent();
    const before = await countOf('authorization_codes');
    const answers = await sendAtOnce(browser, form, ALLOW);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    const [location = '', ...others] = new Set(answers.map(locationOf));
    expect(others).toEqual([]);
    expect(location).toContain('https://app.example.com/callback?code=');
    expect(await countOf('authorization_codes')).toBe(before + 1);
    const late = await submit(browser, form, ALLOW);
    expect(locationOf(late)).toBe(location);
    expect((await redeem(realm, application, codeOf(late))).status).toBe(200);
  });

  it('is given no code that was redeemed: a second time would end what came of it', async () => {
    const { browser, form } = await atConsent();
    const first = await redeem(realm, application, codeOf(await submit(browser, form, ALLOW)));
    expect((await submit(browser, form, ALLOW)).status).toBe(410);
    const { status } = await refresh(realm, application, first.body.refresh_token ?? '');
    expect(status).toBe(200);
  });

  it('is given nothing half a minute later, in another browser, or by opening the page', async () => {
    const { browser, form, url } = await atConsent();
    await submit(browser, form, ALLOW);
    expect((await open(browser, url)).status).toBe(410);
    // Signed in as the same user: the token of the form holds, and it is another browser still.
    const other = newBrowser();
    await open(other, authorizeUrl(realm, application.clientId, {}));
    other.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? '');
    expect((await submit(other, form, ALLOW)).status).toBe(403);
    await owner.query(
      `UPDATE interactions
       SET state = jsonb_set(state, '{answeredAt}', to_jsonb(now() - interval '31 seconds'))`,
    );
    expect((await submit(browser, form, ALLOW)).status).toBe(410);
  });

  it.each([
    ['another decision', ALLOW, { decision: 'deny' }],
    ['a decision against the one before', { decision: 'deny' }, ALLOW],
    ['one field more', ALLOW, { ...ALLOW, more: '' }],
  ])('is another one with %s, and is given nothing', async (_what, first, second) => {
    const { browser, form } = await atConsent();
    expect((await submit(browser, form, first)).status).toBe(303);
    expect((await submit(browser, form, second)).status).toBe(410);
  });

  it('is another one with another password, address or button, and is given nothing', async () => {
    const browser = newBrowser();
    const { forms } = await open(browser, authorizeUrl(realm, own.clientId));
    const before = new Map(browser.cookies);
    expect((await submit(browser, forms[0], ADA)).status).toBe(303);
    // As it was before the answer arrived, with which its form was made.
    for (const [form, fields] of [
      [forms[0], { ...ADA, password: 'wrong' }],
      [forms[0], { ...ADA, email: 'bob@example.com' }],
      [forms[1], {}],
    ] as const) {
      const late = newBrowser();
      for (const [name, value] of before) late.cookies.set(name, value);
      const { status, headers } = await submit(late, form, fields);
      expect([status, headers.getSetCookie()]).toEqual([410, []]);
    }
  });

  it('is answered by the same form again where the application wants one', async () => {
    const { browser, form } = await atConsent({ response_mode: 'form_post' });
    const answers = await sendAtOnce(browser, form, ALLOW);
    const codes = new Set(answers.map(({ forms }) => forms[0]?.fields['code']));
    expect([...codes]).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  });

  it('signs in once, with one code, and each answer has the session that it is of', async () => {
    const browser = newBrowser();
    const { forms } = await open(browser, authorizeUrl(realm, own.clientId));
    const before = new Map(browser.cookies);
    const counts = [await countOf('authorization_codes'), await countOf('sessions')];
    const answers = await sendAtOnce(browser, forms[0], ADA);
    // The browser that has dropped all answers, with their cookies, and the one that has them.
    const late = newBrowser();
    for (const [name, value] of before) late.cookies.set(name, value);
    answers.push(await submit(late, forms[0], ADA), await submit(browser, forms[0], ADA));
    expect(new Set(answers.map(locationOf)).size).toBe(1);
    expect([await countOf('authorization_codes'), await countOf('sessions')]).toEqual(
      counts.map((count) => count + 1),
    );
    expect(late.cookies.get(SESSION_COOKIE)).toBe(browser.cookies.get(SESSION_COOKIE));
    for (const { headers } of answers) {
      const names = headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0]);
      expect(names).toEqual([
        SESSION_COOKIE,
        expect.stringMatching(/^__Secure-namoid-device-/),
      ]);
      expect(headers.getSetCookie()[0]).toContain(browser.cookies.get(SESSION_COOKIE));
    }
    const { status, body } = await redeem(realm, own, codeOf(answers[0] as OpenPage));
    expect(status).toBe(200);
    const { rows } = await owner.query<{ id: string }>(
      'SELECT id FROM sessions WHERE token_digest = $1',
      [sha256Digest(browser.cookies.get(SESSION_COOKIE) ?? '')],
    );
    expect(decodeJwt(body.id_token ?? '')['sid']).toBe(rows[0]?.id);
  });

  describe('and leads to another page', () => {
    const device = (): string => `${realm.issuer}/device?user_code=AAAA-AAAA`;
    const asksForConsent = (): string =>
      authorizeUrl(realm, application.clientId, { prompt: 'consent' });

    /** A new browser at the sign-in page, and copies of it as it was then. */
    async function atSignIn(
      address: string,
    ): Promise<{ browser: TestBrowser; page: OpenPage; copy: () => TestBrowser }> {
      const browser = newBrowser();
      const page = await open(browser, address);
      const before = new Map(browser.cookies);
      const copy = (): TestBrowser => {
        const late = newBrowser();
        for (const [name, value] of before) late.cookies.set(name, value);
        return late;
      };
      return { browser, page, copy };
    }

    async function newDevicesOf(user: User): Promise<number> {
      const { rows } = await owner.query<{ count: string }>(
        `SELECT count(*) FROM security_events
         WHERE type = 'user.signed_in_from_new_device' AND subject = $1`,
        [user.id],
      );
      return Number(rows[0]?.count);
    }

    it.each([
      ['that asks for more', asksForConsent, (page: OpenPage) => page.url],
      ['of a device', device, () => device()],
    ])('signs in once, %s', async (_what, address, expected) => {
      // Nobody is told of their very first sign-in.
      const first = await atSignIn(authorizeUrl(realm, own.clientId));
      expect((await submit(first.browser, first.page.forms[0], ADA)).status).toBe(303);
      const { browser, page, copy } = await atSignIn(address());
      const counts = [await countOf('sessions'), await newDevicesOf(ada)];
      const answers = await sendAtOnce(browser, page.forms[0], ADA);
      const late = copy();
      answers.push(await submit(late, page.forms[0], ADA));
      expect(new Set(answers.map(locationOf))).toEqual(new Set([expected(page)]));
      expect([await countOf('sessions'), await newDevicesOf(ada)]).toEqual(
        counts.map((count) => count + 1),
      );
      const session = late.cookies.get(SESSION_COOKIE) ?? '';
      expect(browser.cookies.get(SESSION_COOKIE)).toBe(session);
      for (const { headers } of answers)
        expect(headers.getSetCookie()[0]).toContain(`${SESSION_COOKIE}=${session};`);
      const { rows } = await owner.query('SELECT 1 FROM sessions WHERE token_digest = $1', [
        sha256Digest(session),
      ]);
      expect(rows).toHaveLength(1);
    });

    it.each([
      ['that asks for more', asksForConsent],
      ['of a device', device],
    ])('signs in anew half a minute later, %s', async (_what, address) => {
      const { browser, page, copy } = await atSignIn(address());
      await submit(browser, page.forms[0], ADA);
      await owner.query(
        `UPDATE interactions
         SET state = jsonb_set(state, '{answeredAt}', to_jsonb(now() - interval '31 seconds'))
         WHERE state ? 'answeredAt'`,
      );
      const late = copy();
      expect((await submit(late, page.forms[0], ADA)).status).toBe(303);
      expect(late.cookies.get(SESSION_COOKIE)).not.toBe(browser.cookies.get(SESSION_COOKIE));
    });

    it.each([
      ['that asks for more', asksForConsent],
      ['of a device', device],
    ])('is another one with another password, and is refused, %s', async (_what, address) => {
      const { browser, page, copy } = await atSignIn(address());
      expect((await submit(browser, page.forms[0], ADA)).status).toBe(303);
      const late = copy();
      const wrong = await submit(late, page.forms[0], { ...ADA, password: 'wrong' });
      expect([wrong.status, late.cookies.has(SESSION_COOKIE)]).toEqual([422, false]);
    });

    it('is another one where the page was opened anew', async () => {
      const { browser, page, copy } = await atSignIn(asksForConsent());
      await submit(browser, page.forms[0], ADA);
      const late = copy();
      const { forms } = await open(late, page.url);
      expect(locationOf(await submit(late, forms[0], ADA))).toBe(page.url);
      const cookies = [late, browser].map(({ cookies: each }) => each.get(SESSION_COOKIE));
      expect(new Set(cookies).size).toBe(2);
    });

    it('is led to the page with another one that was sent beside it', async () => {
      const bob = { email: `${randomUUID()}@example.com`, password: PASSWORD };
      await stack.createUser(realm, bob.email);
      const { browser, page } = await atSignIn(asksForConsent());
      const answers = await Promise.all([
        submit(browser, page.forms[0], ADA),
        submit(browser, page.forms[0], bob),
      ]);
      expect(answers.map(locationOf)).toEqual([page.url, page.url]);
      // Whoever came last is asked.
      const { html, forms } = await open(browser, page.url);
      const asked = [ADA.email, bob.email].filter((email) => html.includes(email));
      expect(asked).toHaveLength(1);
      const allowed = await submit(browser, forms[0], ALLOW);
      expect(locationOf(allowed)).toContain('https://app.example.com/callback?code=');
    });

    it('asks once more for consent, and answers once', async () => {
      const { browser, page } = await atSignIn(asksForConsent());
      await sendAtOnce(browser, page.forms[0], ADA);
      const { forms } = await open(browser, page.url);
      const answers = await sendAtOnce(browser, forms[0], ALLOW);
      const [location = '', ...others] = new Set(answers.map(locationOf));
      expect(others).toEqual([]);
      expect(location).toContain('https://app.example.com/callback?code=');
    });
  });

  it('signs in once where the password is hashed anew with it', async () => {
    const email = `${randomUUID()}@example.com`;
    const { id } = await stack.createUser(realm, email);
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await owner.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, weak]);
    const browser = newBrowser();
    const { forms } = await open(browser, authorizeUrl(realm, own.clientId));
    const before = await countOf('sessions');
    const answers = await sendAtOnce(browser, forms[0], { email, password: PASSWORD });
    const [location = '', ...others] = new Set(answers.map(locationOf));
    expect(others).toEqual([]);
    expect(location).toContain('https://app.example.com/callback?code=');
    expect(await countOf('sessions')).toBe(before + 1);
  });

  it('goes back to the application with one refusal for who turns away', async () => {
    const browser = newBrowser();
    const { forms } = await open(browser, authorizeUrl(realm, own.clientId));
    const answers = await sendAtOnce(browser, forms[1], {});
    const [location = '', ...others] = new Set(answers.map(locationOf));
    expect(others).toEqual([]);
    expect(location).toContain('error=access_denied');
  });

  it('signs out once, and leads back to the application each time', async () => {
    const browser = newBrowser();
    await browser.startSession(ada);
    const query = new URLSearchParams({
      client_id: application.clientId,
      post_logout_redirect_uri: 'https://app.example.com/bye',
    });
    const { forms } = await open(browser, `${realm.issuer}/logout?${query.toString()}`);
    const session = browser.cookies.get(SESSION_COOKIE) ?? '';
    const answers = await sendAtOnce(browser, forms[0], { decision: 'sign_out' });
    expect(new Set(answers.map(locationOf))).toEqual(new Set(['https://app.example.com/bye']));
    const { rows } = await owner.query<{ revoked: boolean }>(
      'SELECT revoked_at IS NOT NULL AS revoked FROM sessions WHERE token_digest = $1',
      [sha256Digest(session)],
    );
    expect(rows).toEqual([{ revoked: true }]);
  });

  it('leaves no code behind that the database alone could tell', async () => {
    const { browser, form } = await atConsent();
    const code = codeOf(await submit(browser, form, ALLOW));
    const { rows } = await owner.query<{ state: string }>(
      'SELECT state::text FROM interactions ORDER BY consumed_at DESC NULLS LAST LIMIT 1',
    );
    const answer = (JSON.parse(rows[0]?.state ?? '') as { answer: string }).answer;
    expect(answer).toMatch(/^[\w-]{100,}$/);
    expect(Buffer.from(answer, 'base64url').toString('latin1')).not.toContain(code);
  });
});
