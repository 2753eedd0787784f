import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { Pipelines } from '../src/database/pipelines.js';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import {
  type InteractionKey,
  InteractionsRepository,
  isNoneWaiting,
} from '../src/oauth/interactions/interactions.repository.js';
import { KnownApplications } from '../src/oauth/contexts/known-applications.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, REDIRECT_URI, TestBrowser } from './support/browser.js';
import { redeem } from './support/oauth-client.js';
import { plantGrant } from './support/planted.js';
import { open, type OpenPage, submit } from './support/page.js';
import { isBlocked, whileUnderWay } from './support/under-way.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';

/** What goes wrong with a request whose user types the right password, and what they are told. */
interface RightPassword {
  readonly changes?: Parameters<typeof authorizeUrl>[2];
  /** What becomes of the request whose page has this address, when the form is submitted. */
  readonly meanwhile?: (url: string, submit: () => Promise<OpenPage>) => Promise<OpenPage>;
  readonly answer: { readonly status: number };
  readonly error?: string;
}

/** The name of an interaction in the address of its page. */
const nameIn = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const ADA = { email: 'ada@example.com', password: PASSWORD };

describe('signing in on the hosted pages', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let application: TestApplication;
  let own: TestApplication;
  let moving: TestApplication;
  let owner: pg.Client;
  let watcher: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, ADA.email);
    application = await stack.createApplication(realm, { scopes: SCOPES, name: 'Photos' });
    own = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
    moving = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    watcher = new pg.Client({ connectionString: stack.databaseUrl });
    await watcher.connect();
  });
  afterAll(async () => {
    await Promise.all([owner.end(), watcher.end()]);
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

  async function sessionsOf(user: User): Promise<{ revoked_reason: string | null }[]> {
    const { rows } = await owner.query<{ revoked_reason: string | null }>(
      'SELECT revoked_reason FROM sessions WHERE user_id = $1 ORDER BY created_at',
      [user.id],
    );
    return rows;
  }

  /** How often what is on its way to the audit trail says that they have signed in. */
  async function signInsOf(user: User): Promise<number> {
    const { rowCount } = await owner.query(
      `SELECT 1 FROM audit_outbox WHERE tenant_id = $1 AND body::text LIKE $2
         AND body::text LIKE '%user.signed_in%'`,
      [realm.orgId, `%${user.id}%`],
    );
    return rowCount ?? 0;
  }

  async function eventsOf(user: User, type: string): Promise<number> {
    const { rowCount } = await owner.query(
      'SELECT 1 FROM security_events WHERE subject = $1 AND type = $2',
      [user.id, type],
    );
    return rowCount ?? 0;
  }

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
    expect(await sessionsOf(bob)).toHaveLength(1);
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

  describe('a session', () => {
    it('has another name after every sign-in, and goes on with the same user', async () => {
      const eve = await stack.createUser(realm, 'eve@example.com');
      const browser = newBrowser();
      const names = new Set<string | undefined>();
      // Planted before anybody signed in: worth nothing, and gone.
      browser.cookies.set(SESSION_COOKIE, 'x'.repeat(43));
      for (let time = 0; time < 3; time += 1) {
        names.add(browser.cookies.get(SESSION_COOKIE));
        const page = await begin(browser, { prompt: 'login' }, own);
        await submit(browser, page.forms[0], { email: eve.email, password: PASSWORD });
      }
      names.add(browser.cookies.get(SESSION_COOKIE));
      expect(names.size).toBe(4);
      expect(await sessionsOf(eve)).toEqual([{ revoked_reason: null }]);
      // The names it had are worth nothing.
      for (const name of [...names].slice(1, 3)) {
        const before = newBrowser();
        before.cookies.set(SESSION_COOKIE, name ?? '');
        expect((await begin(before, {}, own)).title).toContain('Sign in');
      }
      expect((await begin(browser, {}, own)).status).toBe(303);
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
      const page = await begin(browser, { prompt: 'login' }, own);
      await submit(browser, page.forms[0], { email: gil.email, password: PASSWORD });

      expect(await sessionsOf(finn)).toEqual([{ revoked_reason: 'replaced' }]);
      expect(await sessionsOf(gil)).toEqual([{ revoked_reason: null }]);
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
      const browser = newBrowser();
      const first = await begin(browser, {}, moving);
      await submit(browser, first.forms[0], ADA);
      const again = await begin(browser, { prompt: 'login' }, own);
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
      const { forms } = await begin(browser, { prompt: 'login' }, own);
      const signInNow = (): Promise<OpenPage> =>
        submit(browser, forms[0], { email: hal.email, password: PASSWORD });
      const change = { sql, parameters: [hal.id] };
      const { result } = await whileUnderWay(stack.databaseUrl, change, signInNow);
      expect(result.status).toBe(422);
      expect(result.html).toContain('Something changed while you signed in. Try again.');
      expect(browser.cookies.get(SESSION_COOKIE)).toBe(cookie);
      expect((await begin(browser, {}, own)).title).toContain('Sign in');
      expect(await signInsOf(hal)).toBe(cookie === undefined ? 0 : 1);
    });

    it('comes in a cookie that no script, no other site and no other organization gets', async () => {
      const browser = newBrowser();
      const page = await begin(browser, {}, own);
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

  describe('an interaction', () => {
    const GONE = { status: 410, title: 'This page is over · acme Inc.' };

    it('is of the browser that began it, and of no other', async () => {
      const victim = newBrowser();
      const page = await begin(victim, {}, own);
      for (const stranger of [newBrowser(), newBrowser()]) {
        expect(await open(stranger, page.url)).toMatchObject(GONE);
        await begin(stranger, {}, own);
        expect(await open(stranger, page.url)).toMatchObject(GONE);
        expect((await submit(stranger, page.forms[0], ADA)).status).toBe(403);
        expect(stranger.cookies.has(SESSION_COOKIE)).toBe(false);
      }
    });

    it('is over when it has expired', async () => {
      const browser = newBrowser();
      const page = await begin(browser, {}, own);
      await owner.query(`UPDATE interactions SET expires_at = now() - interval '1 second'`);
      expect(await open(browser, page.url)).toMatchObject(GONE);
      expect(await submit(browser, page.forms[0], ADA)).toMatchObject(GONE);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    });

    it('is held to its browser and its time by every statement', async () => {
      const repository = stack.get(InteractionsRepository);
      const [digest, browser, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];
      const now = new Date();
      const expiresAt = new Date(now.getTime() + 60_000);
      const ask = { page: 'login' } as const;
      const pipelines = stack.get(Pipelines);
      const key = { digest, browser };
      const request = { kind: 'sign_in', returnTo: '/device' } as const;
      const waiting = { request, ask: undefined, clientId: undefined, expiresAt };
      await pipelines.withTenant(realm.orgId, (tx) =>
        repository.insert(tx, realm, key, waiting),
      );
      const find = (who: InteractionKey, when: Date): Promise<unknown> =>
        repository.find(pipelines.of(realm.orgId), realm, who, when);
      const answer = randomBytes(40);
      const consume =
        (who: InteractionKey, when: Date) =>
        (tx: PipelinedTransaction): Promise<void> =>
          repository.consume(tx, realm, who, answer, when);
      /** Whether its transaction was committed, and fails for that reason alone if not. */
      const works = (change: (tx: PipelinedTransaction) => Promise<void>): Promise<boolean> =>
        pipelines.withTenant(realm.orgId, change).then(
          () => true,
          (error: unknown) => {
            if (!isNoneWaiting(error)) throw error;
            return false;
          },
        );
      for (const [who, when] of [
        [{ digest, browser: other }, now],
        [key, expiresAt],
      ] as const) {
        expect(await find(who, when)).toBeUndefined();
        expect(await works((tx) => repository.ask(tx, realm, who, ask, when))).toBe(false);
        expect(await works(consume(who, when))).toBe(false);
      }
      expect(await find(key, now)).toBeDefined();
      expect(await works((tx) => repository.ask(tx, realm, key, ask, now))).toBe(true);
      expect(await works(consume(key, now))).toBe(true);
      expect(await works(consume(key, now))).toBe(false);
      expect(await works((tx) => repository.ask(tx, realm, key, ask, now))).toBe(false);
      const before = new Date(now.getTime() - 1);
      for (const [who, since, found] of [
        [key, before, answer],
        [{ digest, browser: other }, before, undefined],
        [key, now, undefined],
      ] as const) {
        const asks = pipelines.of(realm.orgId);
        expect(await repository.findAnswer(asks, realm, who, since)).toEqual(found);
      }
    });

    it('ends in the transaction that starts the session and issues the code', async () => {
      const browser = newBrowser();
      const { forms, url } = await begin(browser, {}, own);
      await submit(browser, forms[0], ADA);
      const { rows } = await owner.query(
        `SELECT count(*) AS rows, count(DISTINCT xmin::text) AS transactions FROM (
           (SELECT xmin FROM sessions ORDER BY created_at DESC LIMIT 1) UNION ALL
           (SELECT xmin FROM authorization_codes ORDER BY expires_at DESC LIMIT 1) UNION ALL
           (SELECT xmin FROM interactions WHERE digest = $1)) AS written`,
        [sha256Digest(nameIn(url))],
      );
      expect(rows).toEqual([{ rows: '3', transactions: '1' }]);
    });

    it('is used up by a refusal, too', async () => {
      const browser = newBrowser();
      const acr = { essential: true, value: 'gold' };
      const claims = JSON.stringify({ id_token: { acr } });
      const { forms, url } = await begin(browser, { claims }, own);
      expect((await submit(browser, forms[0], ADA)).status).toBe(303);
      expect(await open(browser, url)).toMatchObject(GONE);
    });

    it('is over for the same page that never was', async () => {
      const never = await open(newBrowser(), `${realm.issuer}/sign-in/${'A'.repeat(43)}`);
      expect(never).toMatchObject(GONE);
      expect(await open(newBrowser(), `${realm.issuer}/sign-in/x`)).toMatchObject(GONE);
      expect(await open(newBrowser(), `${realm.issuer}/sign-out/x`)).toMatchObject(GONE);
    });

    it('of another organization is not one of this', async () => {
      const other = await stack.createOrganization('other');
      const browser = newBrowser();
      const page = await begin(browser, {}, own);
      const moved = page.url.replace(realm.issuer, other.issuer);
      expect(await open(browser, moved)).toMatchObject({ status: 410 });
      const form = { action: moved, fields: page.forms[0]?.fields ?? {} };
      expect((await submit(browser, form, ADA)).status).toBe(403);
    });
  });

  describe('a right password leaves its traces, whatever becomes of the request:', () => {
    it.each<[string, RightPassword]>([
      [
        'another tab ends it meanwhile',
        {
          meanwhile: async (url, submitForm) => {
            const sql = 'UPDATE interactions SET consumed_at = now() WHERE digest = $1';
            const parameters = [sha256Digest(nameIn(url))];
            const { databaseUrl } = stack;
            return (await whileUnderWay(databaseUrl, { sql, parameters }, submitForm)).result;
          },
          answer: { status: 410 },
        },
      ],
      [
        'it asks for more than a password proves',
        {
          changes: {
            claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'gold' } } }),
          },
          answer: { status: 303 },
          error: 'unmet_authentication_requirements',
        },
      ],
      [
        'its connection to PostgreSQL breaks off',
        {
          meanwhile: async (_url, submitForm) => {
            await owner.query('BEGIN');
            try {
              await owner.query('LOCK TABLE consents IN ACCESS EXCLUSIVE MODE');
              const submitted = submitForm();
              expect(await isBlocked(watcher, () => false)).toBe(true);
              await watcher.query(
                `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
              );
              return await submitted;
            } finally {
              await owner.query('ROLLBACK');
            }
          },
          answer: { status: 503 },
        },
      ],
      [
        'its application has another address since',
        {
          meanwhile: async (_url, submitForm) => {
            await owner.query(
              `UPDATE applications SET redirect_uris = '{https://b.example}' WHERE id = $1`,
              [moving.clientId],
            );
            stack.get(KnownApplications).forget(realm, moving.clientId);
            return submitForm();
          },
          answer: { status: 400 },
        },
      ],
    ])('%s', async (_name, { changes = {}, meanwhile, answer, error }) => {
      const browser = newBrowser();
      const { forms, url } = await begin(browser, changes, moving);
      const [sessions, signIns] = [(await sessionsOf(ada)).length, await signInsOf(ada)];
      const submitForm = (): Promise<OpenPage> => submit(browser, forms[0], ADA);
      const answered = await (meanwhile?.(url, submitForm) ?? submitForm());
      expect(answered).toMatchObject(answer);
      const location = answered.headers.get('location') ?? 'https://nowhere.example';
      expect(new URL(location).searchParams.get('error')).toBe(error ?? null);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
      expect(await sessionsOf(ada)).toHaveLength(sessions + 1);
      expect(await signInsOf(ada)).toBe(signIns + 1);
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
        const { status, headers, html } = await submit(browser, forms[0], attempt);
        const names = [...headers.keys()].filter((name) => name !== 'date').join();
        seen.add(
          [
            status,
            names,
            headers.get('content-security-policy'),
            html.replaceAll(attempt.email, 'somebody'),
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
      const again = await begin(browser, {}, own);
      expect(again.status).toBe(303);
    });
  });
});
