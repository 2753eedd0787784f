import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { decodeJwt } from 'jose';
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
      `UPDATE interactions SET consumed_at = consumed_at - interval '31 seconds'`,
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
