import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { apiOf } from './support/api.js';
import { authorizeUrl, REDIRECT_URI, TestBrowser } from './support/browser.js';
import { redeem } from './support/oauth-client.js';
import { lastingPart, open, type OpenPage, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';
import { sessionsOf } from './support/written.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const ADA = { email: 'ada@example.com', password: PASSWORD };

describe('signing in on the hosted pages', () => {
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
    application = await stack.createApplication(realm, { scopes: SCOPES, name: 'Photos' });
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
    { clientId } = application,
  ): Promise<OpenPage> => open(browser, authorizeUrl(realm, clientId, changes));

  /** A browser that has gone as far as the consent page, and the page. */
  async function atConsent(): Promise<{ browser: TestBrowser; consent: OpenPage }> {
    const browser = newBrowser();
    const page = await begin(browser, { prompt: 'consent' });
    const { headers } = await submit(browser, page.forms[0], ADA);
    const consent = await open(browser, headers.get('location') ?? '');
    expect(consent.title).toContain('Allow access');
    return { browser, consent };
  }

  async function eventsOf(user: User, type: string): Promise<number> {
    const { rowCount } = await owner.query(
      'SELECT 1 FROM security_events WHERE subject = $1 AND type = $2',
      [user.id, type],
    );
    return rowCount ?? 0;
  }

  it('says on the consent page all that is kept: what is asked for by name, and of which API', async () => {
    const resource = 'https://calendar.example';
    const made = await apiOf(stack, realm)('POST', 'resources', {
      body: { identifier: resource, name: 'Calendar', scopes: ['read'] },
    });
    expect(made.status).toBe(201);
    const reader = await stack.createApplication(realm, {
      scopes: [...SCOPES, 'read'],
      resources: [resource],
    });
    const eve = await stack.createUser(realm, 'eve@example.com');
    const browser = newBrowser();
    const asked = { scope: 'openid', claims: '{"userinfo":{"email":null,"name":null}}' };
    const page = await begin(browser, asked, reader);
    const { headers } = await submit(browser, page.forms[0], { ...ADA, email: eve.email });
    const consent = await open(browser, headers.get('location') ?? '');
    for (const shown of ['Know who you are', 'See your name', 'See your e-mail address'])
      expect(consent.html).toContain(shown);
    expect(consent.html).not.toContain('Calendar');
    await submit(browser, consent.forms[0], { decision: 'allow' });

    const named = { scope: 'openid read', resource };
    const more = await begin(browser, named, reader);
    expect(more.title).toContain('Allow access');
    expect(more.html).toContain('Use Calendar for you');
    await submit(browser, more.forms[0], { decision: 'allow' });
    const answer = await browser.send(authorizeUrl(realm, reader.clientId, named));
    expect(answer.headers.get('location')).toContain('code=');
    const consents = await apiOf(stack, realm)('GET', `consents?userId=${eve.id}`);
    expect(consents.body['items']).toMatchObject([
      {
        scopes: ['email', 'openid', 'profile', 'read'],
        resourceScopes: [resource, `${resource} read`],
      },
    ]);
  });

  it('leads from sign-in over consent to the application, with a code that is worth tokens', async () => {
    const browser = newBrowser();
    const page = await begin(browser);
    expect(page).toMatchObject({ status: 200, title: 'Sign in · acme Inc.' });
    expect(page.html).toContain('Photos');
    const signedIn = await submit(browser, page.forms[0], {
      ...ADA,
      email: ' Ada@Example.com ',
    });
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.get('location')).toBe(page.forms[0]?.action);

    const consent = await open(browser, signedIn.headers.get('location') ?? '');
    expect(consent.title).toBe('Allow access for Photos? · acme Inc.');
    for (const shown of ['See your e-mail address', ADA.email, 'https://app.example.com']) {
      expect(consent.html).toContain(shown);
    }
    const allowed = await submit(browser, consent.forms[0], { decision: 'allow' });
    const location = new URL(allowed.headers.get('location') ?? '');
    expect(location.href).toContain(`${REDIRECT_URI}?`);
    const code = location.searchParams.get('code') ?? '';
    expect((await redeem(realm, application, code)).status).toBe(200);
  });

  it('asks nothing more for an application of the organization itself', async () => {
    const browser = newBrowser();
    const page = await begin(browser, {}, own);
    const signedIn = await submit(browser, page.forms[0], ADA);
    expect(signedIn.headers.get('location')).toMatch(
      /^https:\/\/app\.example\.com\/callback\?code=/,
    );
  });

  it('tells the application of a no and of a change of mind', async () => {
    const { browser, consent } = await atConsent();
    const denied = await submit(browser, consent.forms[0], { decision: 'deny' });
    expect(denied.headers.get('location')).toContain('error=access_denied');

    const page = await begin(newBrowser());
    const other = newBrowser();
    const mine = await begin(other);
    expect((await submit(other, page.forms[1])).status).toBe(403);
    const cancelled = await submit(other, mine.forms[1]);
    expect(cancelled.headers.get('location')).toContain('error=access_denied');
  });

  it('takes an answer that says neither yes nor no for no answer', async () => {
    const { browser, consent } = await atConsent();
    const { headers } = await submit(browser, consent.forms[0], { decision: 'perhaps' });
    expect(headers.get('location')).toBe(consent.url);
  });

  it('lets somebody choose as whom to go on, or to be somebody else', async () => {
    const bob = await stack.createUser(realm, 'bob@example.com');
    const browser = newBrowser();
    await browser.startSession(ada);
    const page = await begin(browser, { prompt: 'select_account' }, own);
    expect(page.title).toContain('Choose an account');
    const [, otherUrl = ''] = /href="([^"]+account=other)"/.exec(page.html) ?? [];
    const other = await open(browser, otherUrl);
    expect(other.title).toContain('Sign in');
    const chosen = await submit(browser, page.forms[0]);
    expect(chosen.headers.get('location')).toContain('code=');

    const again = await begin(browser, { prompt: 'select_account' }, own);
    const form = (await open(browser, `${again.url}?account=other`)).forms[0];
    const asBob = await submit(browser, form, { email: bob.email, password: PASSWORD });
    expect(asBob.headers.get('location')).toContain('code=');
    expect(await sessionsOf(owner, bob)).toHaveLength(1);
  });

  it('goes on where its user has signed in in another tab since, whatever its form says', async () => {
    const tabs = newBrowser();
    const [first, second, third] = [
      await begin(tabs, {}, own),
      await begin(tabs, { prompt: 'login' }, own),
      await begin(tabs, { prompt: 'login' }, own),
    ];
    await submit(tabs, first.forms[0], ADA);
    // Sent from a page that was shown before: nothing of it is looked at.
    const wrong = { email: ADA.email, password: 'wrong' };
    const stale = await submit(tabs, second.forms[0], wrong);
    expect([stale.status, stale.headers.get('location')]).toEqual([303, second.url]);
    const answer = await open(tabs, second.url);
    expect(answer.headers.get('location')).toMatch(/^https:.*[?&]code=/u);
    // The same by a reload; but not for who signed in before the request that wants them to.
    expect((await open(tabs, third.url)).headers.get('location')).toMatch(/[?&]code=/u);
    expect((await begin(tabs, { prompt: 'login' }, own)).title).toContain('Sign in');
  });

  it('shows the address that the application expects, and no other parameter of it', async () => {
    const page = await begin(newBrowser(), {
      login_hint: '"><script>alert(1)</script>@example.com',
    });
    expect(page.html).toContain('&quot;>&lt;script>alert(1)&lt;/script>@example.com');
    expect(page.html).not.toContain('<script');
    expect(page.html).not.toContain('a state');
  });

  describe('a form', () => {
    const refusedForms = [
      ['no token', { form_token: '' }, {}],
      ['another token', { form_token: 'A'.repeat(43) }, {}],
      ['another origin', {}, { origin: 'https://evil.example.com' }],
      ['an origin that is hidden', {}, { origin: 'null' }],
      ['another site, by fetch metadata', {}, { 'sec-fetch-site': 'cross-site' }],
      ['a sibling site, by fetch metadata', {}, { 'sec-fetch-site': 'same-site' }],
    ] as const;

    it.each(refusedForms)('signs nobody in with %s', async (_what, fields, headers) => {
      const browser = newBrowser();
      const page = await begin(browser, {}, own);
      const refused = await submit(browser, page.forms[0], { ...ADA, ...fields }, headers);
      expect(refused).toMatchObject({
        status: 403,
        title: 'This page is out of date · acme Inc.',
      });
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
      expect((await submit(browser, page.forms[0], ADA)).status).toBe(303);
    });

    it.each(refusedForms)('consents to nothing with %s', async (_what, fields, headers) => {
      const { browser, consent } = await atConsent();
      const [form] = consent.forms;
      const allow = { decision: 'allow', ...fields };
      expect((await submit(browser, form, allow, headers)).status).toBe(403);
      expect((await submit(browser, form, { decision: 'allow' })).status).toBe(303);
    });

    it('is worth nothing for another form, another request or another session', async () => {
      const { browser, consent } = await atConsent();
      const other = await atConsent();
      const tokenOf = (page: OpenPage): string => page.forms[0]?.fields['form_token'] ?? '';
      const signInForm = (await open(browser, `${consent.url}?account=other`)).forms[0];
      for (const token of [signInForm?.fields['form_token'] ?? '', tokenOf(other.consent)]) {
        const swapped = { decision: 'allow', form_token: token };
        expect((await submit(browser, consent.forms[0], swapped)).status).toBe(403);
      }
      // Somebody else signs in in another tab: what the first one was shown is not theirs to answer.
      const bea = await stack.createUser(realm, 'bea@example.com');
      await browser.startSession(bea);
      expect((await submit(browser, consent.forms[0], { decision: 'allow' })).status).toBe(403);
    });
  });

  describe('whether an account exists', () => {
    it('is not told by page, status, headers or cookies', async () => {
      const deactivated = await stack.createUser(realm, 'gone@example.com');
      await owner.query(`UPDATE users SET status = 'deactivated' WHERE id = $1`, [
        deactivated.id,
      ]);
      await owner.query(
        `INSERT INTO users (org_id, id, mode, email) VALUES ($1, gen_random_uuid(), 'live', $2)`,
        [realm.orgId, 'bare@example.com'],
      );
      const attempts = [
        { email: 'ada@example.com', password: 'not the password' },
        { email: 'who@example.com', password: PASSWORD },
        { email: 'gone@example.com', password: PASSWORD },
        { email: 'bare@example.com', password: PASSWORD },
      ];
      const browser = newBrowser();
      const { forms } = await begin(browser, {}, own);
      const seen = new Set<string>();
      for (const attempt of attempts) {
        const page = await submit(browser, forms[0], attempt);
        const { status, headers } = page;
        const names = [...headers.keys()].filter((name) => name !== 'date').join();
        seen.add(
          [
            status,
            names,
            headers.get('content-security-policy'),
            lastingPart(page).replaceAll(attempt.email, 'somebody'),
          ].join('\n'),
        );
      }
      expect(seen.size).toBe(1);
      expect([...seen][0]).toContain('422');
    });

    it('is written down alike: one event for each failure', async () => {
      const fails = async (email: string): Promise<number> => {
        const count = async (): Promise<number> => {
          const { rows } = await owner.query<{ count: string }>(
            `SELECT count(*) FROM audit_outbox WHERE body LIKE '%user.sign_in_failed%'`,
          );
          return Number(rows[0]?.count);
        };
        const before = await count();
        const browser = newBrowser();
        const { forms } = await begin(browser, {}, own);
        await submit(browser, forms[0], { email, password: 'wrong' });
        return (await count()) - before;
      };
      expect(await fails(ADA.email)).toBe(1);
      expect(await fails('nobody@example.com')).toBe(1);
    });
  });

  describe('a new device', () => {
    it('is told of, but neither the first one nor one that is known', async () => {
      const cleo = await stack.createUser(realm, 'cleo@example.com');
      const type = 'user.signed_in_from_new_device';
      const signIn = async (browser: TestBrowser): Promise<void> => {
        const page = await begin(browser, { prompt: 'login' }, own);
        const credentials = { email: cleo.email, password: PASSWORD };
        expect((await submit(browser, page.forms[0], credentials)).status).toBe(303);
      };
      const laptop = newBrowser();
      await signIn(laptop);
      expect(await eventsOf(cleo, type)).toBe(0);
      await signIn(laptop);
      expect(await eventsOf(cleo, type)).toBe(0);
      const phone = newBrowser();
      await signIn(phone);
      expect(await eventsOf(cleo, type)).toBe(1);
      // What one knows another by is worth nothing when it was made up.
      const [known = ''] = [...phone.cookies.keys()].filter((name) => name.includes('device'));
      const forger = newBrowser();
      forger.cookies.set(known, 'A'.repeat(43));
      await signIn(forger);
      expect(await eventsOf(cleo, type)).toBe(2);
    });
  });
});
