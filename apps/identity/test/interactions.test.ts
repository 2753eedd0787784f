import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Pipelines } from '../src/database/pipelines.js';
import { SESSION_COOKIE } from '../src/oauth/browser/browser-cookies.js';
import { KnownApplications } from '../src/oauth/contexts/known-applications.js';
import { type InteractionKey } from '../src/oauth/interactions/interaction-key.js';
import {
  InteractionsRepository,
  isNoneWaiting,
} from '../src/oauth/interactions/interactions.repository.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { open, type OpenPage, submit } from './support/page.js';
import { PASSWORD, startStack, type Stack, type TestApplication } from './support/stack.js';
import { isBlocked, whileUnderWay } from './support/under-way.js';
import { sessionsOf, signInsOf } from './support/written.js';

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

describe('what waits for its user', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let own: TestApplication;
  let owner: pg.Client;
  let watcher: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, ADA.email);
    own = await stack.createApplication(realm, { scopes: SCOPES, firstParty: true });
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
  ): Promise<OpenPage> => open(browser, authorizeUrl(realm, own.clientId, changes));

  describe('an interaction', () => {
    const GONE = { status: 410, title: 'This page is over · acme Inc.' };

    it('is of the browser that began it, and of no other', async () => {
      const victim = newBrowser();
      const page = await begin(victim);
      for (const stranger of [newBrowser(), newBrowser()]) {
        const without = await open(stranger, page.url);
        expect(without).toMatchObject(GONE);
        expect(without.html).toContain('Cookies have to be allowed');
        await begin(stranger);
        const within = await open(stranger, page.url);
        expect(within).toMatchObject(GONE);
        expect(within.html).not.toContain('Cookies');
        expect((await submit(stranger, page.forms[0], ADA)).status).toBe(403);
        expect(stranger.cookies.has(SESSION_COOKIE)).toBe(false);
      }
    });

    it('is over when it has expired', async () => {
      const browser = newBrowser();
      const page = await begin(browser);
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
      const asked = { ask: { page: 'login' }, form: undefined } as const;
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
        expect(await works((tx) => repository.keepWaiting(tx, realm, who, asked, when))).toBe(
          false,
        );
        expect(await works(consume(who, when))).toBe(false);
      }
      expect(await find(key, now)).toBeDefined();
      expect(await works((tx) => repository.keepWaiting(tx, realm, key, asked, now))).toBe(
        true,
      );
      const seen = await find(key, now);
      const [first, second] = [randomBytes(40), randomBytes(40)];
      for (const [form, done] of [
        [{ answer: first, after: undefined }, true],
        [{ answer: first, after: undefined }, false],
        [{ answer: second, after: { sealed: second, at: now } }, false],
        [{ answer: second, after: { sealed: first, at: now } }, true],
        // No form: it leaves alone what the last was answered.
        [undefined, true],
      ] as const) {
        const next = { ask: asked.ask, form };
        expect(await works((tx) => repository.keepWaiting(tx, realm, key, next, now))).toBe(
          done,
        );
      }
      const answered = { sealed: second, at: now };
      expect(await find(key, now)).toEqual({ ...(seen as object), answered });
      expect(await works(consume(key, now))).toBe(true);
      expect(await works(consume(key, now))).toBe(false);
      expect(await works((tx) => repository.keepWaiting(tx, realm, key, asked, now))).toBe(
        false,
      );
      for (const [who, found] of [
        [key, { sealed: answer, at: now }],
        [{ digest, browser: other }, undefined],
      ] as const) {
        const asks = pipelines.of(realm.orgId);
        expect(await repository.findAnswer(asks, realm, who)).toEqual(found);
      }
    });

    it('ends in the transaction that starts the session and issues the code', async () => {
      const browser = newBrowser();
      const { forms, url } = await begin(browser);
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
      const { forms, url } = await begin(browser, { claims });
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
      const page = await begin(browser);
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
        'another form of its page is answered meanwhile',
        {
          changes: { prompt: 'consent' },
          meanwhile: async (url, submitForm) => {
            const sql = `UPDATE interactions SET state = state || '{"answer": "another"}'
                         WHERE digest = $1`;
            const parameters = [sha256Digest(nameIn(url))];
            const { databaseUrl } = stack;
            const { result } = await whileUnderWay(
              databaseUrl,
              { sql, parameters },
              submitForm,
            );
            expect(result.headers.get('location')).toBe(url);
            return result;
          },
          answer: { status: 303 },
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
              [own.clientId],
            );
            stack.get(KnownApplications).forget(realm, own.clientId);
            return submitForm();
          },
          answer: { status: 400 },
        },
      ],
    ])('%s', async (_name, { changes = {}, meanwhile, answer, error }) => {
      const browser = newBrowser();
      const { forms, url } = await begin(browser, changes);
      const [sessions, signIns] = [
        (await sessionsOf(owner, ada)).length,
        await signInsOf(owner, realm, ada),
      ];
      const submitForm = (): Promise<OpenPage> => submit(browser, forms[0], ADA);
      const answered = await (meanwhile?.(url, submitForm) ?? submitForm());
      expect(answered).toMatchObject(answer);
      const location = answered.headers.get('location') ?? 'https://nowhere.example';
      expect(new URL(location).searchParams.get('error')).toBe(error ?? null);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
      expect(await sessionsOf(owner, ada)).toHaveLength(sessions + 1);
      expect(await signInsOf(owner, realm, ada)).toBe(signIns + 1);
    });
  });
});
