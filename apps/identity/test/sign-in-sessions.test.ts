import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { open, type OpenPage, submit } from './support/page.js';
import { plantGrant } from './support/planted.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';
import { whileUnderWay } from './support/under-way.js';
import { sessionsOf, signInsOf } from './support/written.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const ADA = { email: 'ada@example.com', password: PASSWORD };

describe('signed in on the hosted pages:', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let own: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, ADA.email);
    own = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
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
    { clientId } = own,
  ): Promise<OpenPage> => open(browser, authorizeUrl(realm, clientId, changes));

  describe('a session', () => {
    it('has another name after every sign-in, and goes on with the same user', async () => {
      const eve = await stack.createUser(realm, 'eve@example.com');
      const browser = newBrowser();
      const names = new Set<string | undefined>();
      // Planted before anybody signed in: worth nothing, and gone.
      browser.cookies.set(SESSION_COOKIE, 'x'.repeat(43));
      for (let time = 0; time < 3; time += 1) {
        names.add(browser.cookies.get(SESSION_COOKIE));
        const page = await begin(browser, { prompt: 'login' });
        // Who is signed in is asked as who they are.
        expect(page.forms[0]?.fields['email']).toBe(time === 0 ? '' : eve.email);
        await submit(browser, page.forms[0], { email: eve.email, password: PASSWORD });
      }
      names.add(browser.cookies.get(SESSION_COOKIE));
      expect(names.size).toBe(4);
      expect(await sessionsOf(owner, eve)).toEqual([{ revoked_reason: null }]);
      // The names it had are worth nothing.
      for (const name of [...names].slice(1, 3)) {
        const before = newBrowser();
        before.cookies.set(SESSION_COOKIE, name ?? '');
        expect((await begin(before)).title).toContain('Sign in');
      }
      expect((await begin(browser)).status).toBe(303);
    });

    it('ends when somebody else signs in, as if its user had signed out', async () => {
      const [finn, gil] = await Promise.all(
        ['finn', 'gil'].map((name) => stack.createUser(realm, `${name}@example.com`)),
      );
      if (finn === undefined || gil === undefined) throw new Error('nobody was made');
      const told = await stack.createApplication(realm);
      await owner.query('UPDATE applications SET backchannel_logout_uri = $2 WHERE id = $1', [
        told.clientId,
        'https://shop.example.com/logout',
      ]);
      const browser = newBrowser();
      const { id: sessionId } = await browser.startSession(finn);
      const signedIn = { user: finn, sessionId };
      const ends = await plantGrant(stack, realm, told.clientId, signedIn);
      const outlives = await plantGrant(stack, realm, told.clientId, signedIn);
      await owner.query(
        `UPDATE grants SET "authorization" = jsonb_set("authorization", '{scope}',
           CASE id WHEN $1 THEN '["openid"]'::jsonb ELSE '["openid", "offline_access"]'::jsonb END)
         WHERE id IN ($1, $2)`,
        [ends.grantId, outlives.grantId],
      );
      const page = await begin(browser, { prompt: 'login' });
      await submit(browser, page.forms[0], { email: gil.email, password: PASSWORD });

      expect(await sessionsOf(owner, finn)).toEqual([{ revoked_reason: 'replaced' }]);
      expect(await sessionsOf(owner, gil)).toEqual([{ revoked_reason: null }]);
      const grants = await owner.query<{ id: string; revoked_reason: string | null }>(
        'SELECT id, revoked_reason FROM grants WHERE session_id = $1',
        [sessionId],
      );
      expect(new Map(grants.rows.map((row) => [row.id, row.revoked_reason]))).toEqual(
        new Map([
          [ends.grantId, 'signed_out'],
          [outlives.grantId, null],
        ]),
      );
      const logouts = await owner.query(
        'SELECT application_id FROM logout_deliveries WHERE session_id = $1',
        [sessionId],
      );
      expect(logouts.rows).toEqual([{ application_id: told.clientId }]);
      const events = await owner.query<{ action: string; actor: string; target: string }>(
        `SELECT body::jsonb->>'action' AS action, body::jsonb->'actor'->>'id' AS actor,
           body::jsonb->'target'->>'id' AS target
         FROM audit_outbox WHERE body::jsonb->'target'->>'id' IN ($1, $2)
           AND body::jsonb->'actor'->>'id' = $3 ORDER BY position`,
        [sessionId, ends.grantId, gil.id],
      );
      expect(events.rows).toEqual([
        { action: 'session.revoked', actor: gil.id, target: sessionId },
        { action: 'grant.revoked', actor: gil.id, target: ends.grantId },
      ]);
    });

    it('reaches, when it ends, what was given before its user proved again who they are', async () => {
      const other = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
      const browser = newBrowser();
      const first = await begin(browser, {}, other);
      await submit(browser, first.forms[0], ADA);
      const again = await begin(browser, { prompt: 'login' });
      await submit(browser, again.forms[0], ADA);
      const { rows } = await owner.query<{ session: string; codes: string }>(
        `SELECT "authorization"->>'sessionId' AS session, count(*) AS codes
         FROM authorization_codes GROUP BY 1 ORDER BY max(expires_at) DESC LIMIT 1`,
      );
      expect(rows).toEqual([{ session: expect.any(String), codes: '2' }]);
    });

    it.each([
      [
        'the password is changed',
        `UPDATE users SET password_hash = another.password_hash
         FROM users AS another WHERE users.id = $1 AND another.email = 'ada@example.com'`,
      ],
      ['the user is deactivated', `UPDATE users SET status = 'deactivated' WHERE id = $1`],
      ['the session before ends', `UPDATE sessions SET revoked_at = now() WHERE user_id = $1`],
    ])('is none where, while a right password is checked, %s', async (_what, sql) => {
      const hal = await stack.createUser(realm, `${randomUUID()}@example.com`);
      const browser = newBrowser();
      if (sql.includes('sessions')) await browser.startSession(hal);
      const cookie = browser.cookies.get(SESSION_COOKIE);
      const { forms } = await begin(browser, { prompt: 'login' });
      const signInNow = (): Promise<OpenPage> =>
        submit(browser, forms[0], { email: hal.email, password: PASSWORD });
      const change = { sql, parameters: [hal.id] };
      const { result } = await whileUnderWay(stack.databaseUrl, change, signInNow);
      expect(result.status).toBe(422);
      expect(result.html).toContain('Something changed while you signed in. Try again.');
      expect(browser.cookies.get(SESSION_COOKIE)).toBe(cookie);
      expect((await begin(browser)).title).toContain('Sign in');
      expect(await signInsOf(owner, realm, hal)).toBe(cookie === undefined ? 0 : 1);
    });

    it('comes in a cookie that no script, no other site and no other organization gets', async () => {
      const browser = newBrowser();
      const page = await begin(browser);
      const { headers } = await submit(browser, page.forms[0], ADA);
      const cookies = headers.getSetCookie();
      expect(cookies).toHaveLength(2);
      for (const cookie of cookies) {
        expect(cookie).toMatch(
          /^__Secure-namoid-[\w-]+=[\w-]{43}; Path=\/acme; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+$/,
        );
      }
    });
  });

  describe('signing out', () => {
    it('is asked about, done once, and leads nowhere that was not registered', async () => {
      const browser = newBrowser();
      await browser.startSession(ada);
      const page = await open(browser, `${realm.issuer}/logout`);
      expect(page.title).toContain('Sign out');
      expect(page.html).toContain(ADA.email);
      const [form] = page.forms;
      expect((await submit(browser, form, { form_token: '' })).status).toBe(403);
      const out = await submit(browser, form, { decision: 'sign_out' });
      expect(out).toMatchObject({ status: 200, title: 'You are signed out · acme Inc.' });
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
      const evil = `${realm.issuer}/logout?post_logout_redirect_uri=https://evil.example.com`;
      const refused = await open(newBrowser(), evil);
      expect(refused).toMatchObject({
        status: 400,
        title: 'This link does not work · acme Inc.',
      });
    });

    it('is not done for who stays', async () => {
      const browser = newBrowser();
      await browser.startSession(ada);
      const page = await open(browser, `${realm.issuer}/logout`);
      const stayed = await submit(browser, page.forms[0], { decision: 'stay' });
      expect(stayed.title).toBe('You are still signed in · acme Inc.');
      const again = await begin(browser);
      expect(again.status).toBe(303);
    });
  });
});
