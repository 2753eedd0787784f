import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis } from '@nomo/local/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { TestBrowser } from './support/browser.js';
import { startConsole, type Console, type SignedIn } from './support/console.js';

const SESSION = '__Secure-nomosly-session';
const SIGN_IN = '__Secure-nomosly-sign-in';
const ADA = { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada' };

describe('signing in to the console at a provider that is not ours', () => {
  let console: Console;
  let sql: pg.Client;

  beforeAll(async () => {
    console = await startConsole();
    sql = new pg.Client({ connectionString: console.stack.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await console.stop();
  });
  beforeEach(() => {
    Object.assign(console.provider.person, { account: ADA, denies: false });
  });

  const sessionStatus = async (browser: TestBrowser): Promise<number> =>
    (await browser.send(`${console.origin}/dashboard/api/session`)).status;

  const events = async (userId: string): Promise<string[]> => {
    const { rows } = await sql.query<{ body: string }>(
      `SELECT body FROM audit_outbox WHERE tenant_id = $1 ORDER BY position`,
      [userId],
    );
    return rows.map(({ body }) => (JSON.parse(body) as { action: string }).action);
  };

  it('leads there with code, PKCE, state and nonce, and back to the page that was wanted', async () => {
    const browser = new TestBrowser();
    const response = await browser.send(
      `${console.origin}/dashboard/sign-in?return_to=/dashboard/usage`,
    );
    expect(response.status).toBe(302);
    const url = new URL(response.headers.get('location') ?? '');
    expect(url.origin).toBe(console.provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'console',
      response_type: 'code',
      scope: 'openid email profile',
      redirect_uri: `${console.origin}/dashboard/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u) as unknown,
      state: expect.stringMatching(/^[\w-]{43}$/u) as unknown,
      nonce: expect.stringMatching(/^[\w-]{43}$/u) as unknown,
    });
    expect(await console.signInPage(browser, '/dashboard/usage')).toBe('/dashboard/usage');
  });

  it('keeps the session in a cookie for the console alone', async () => {
    const browser = new TestBrowser();
    await console.signInPage(browser);
    const [cookie] = browser.lastCookies.filter(({ name }) => name === SESSION);
    expect(cookie?.value).toMatch(/^[\w-]{43}$/u);
    expect(cookie?.attributes).toEqual([
      'Path=/dashboard',
      'HttpOnly',
      'Secure',
      'SameSite=Lax',
    ]);
    const { rows } = await sql.query<{ token_hash: Buffer }>('SELECT token_hash FROM sessions');
    expect(rows.length).toBeGreaterThan(0);
    for (const { token_hash: hash } of rows) {
      expect(hash.toString('base64url')).not.toBe(cookie?.value);
    }
  });

  it('makes a customer at first sight, and tells the audit trail without who it is', async () => {
    const { userId, browser } = await console.signIn({
      sub: 'grace',
      email: 'Grace@Example.com',
      email_verified: true,
      name: 'Grace Hopper',
    });
    const session = await browser.send(`${console.origin}/dashboard/api/session`);
    expect(await session.json()).toMatchObject({
      user: { id: userId, email: 'grace@example.com', name: 'Grace Hopper' },
      sessions: 1,
      provider: { name: 'NamoID', issuer: console.provider.issuer },
      limits: { keyQuotaPerDay: 100_000, maxImageBytes: 5 * 1024 * 1024 },
    });
    expect(await events(userId)).toEqual([
      'user.created',
      'user.identity_linked',
      'session.started',
    ]);
    const { rows } = await sql.query<{ body: string }>('SELECT body FROM audit_outbox');
    expect(rows.map(({ body }) => body).join()).not.toMatch(/grace|hopper/iu);
  });

  it('is the same customer the next time, and under a new name', async () => {
    const account = {
      sub: 'joan',
      email: 'joan@example.com',
      email_verified: true,
      name: 'Joan',
    };
    const first = await console.signIn(account);
    const second = await console.signIn({
      ...account,
      email: 'j@example.com',
      name: 'J. Clarke',
    });
    expect(second.userId).toBe(first.userId);
    const session = await second.call('session');
    expect(await session.json()).toMatchObject({
      user: { email: 'j@example.com', name: 'J. Clarke' },
      sessions: 2,
    });
    expect((await events(first.userId)).slice(3)).toEqual([
      'user.profile_changed',
      'session.started',
    ]);
  });

  it('does not believe an address that is not verified any more', async () => {
    const account = { sub: 'emmy', email: 'emmy@example.com', email_verified: true };
    const { userId } = await console.signIn(account);
    const changed = { ...account, email: 'ada@example.com', email_verified: false };
    const second = await console.signIn(changed);
    expect(await (await second.call('session')).json()).toMatchObject({
      user: { id: userId, email: 'emmy@example.com' },
    });
  });

  it('finds the customer whom the operator knew by the verified address', async () => {
    const key = await console.stack.createKey({ user: 'hedy@example.com' });
    const hedy = { sub: 'hedy', email: 'HEDY@example.com', email_verified: true };
    const { userId, call } = await console.signIn(hedy);
    expect(userId).toBe(key.userId);
    expect(await (await call('keys')).json()).toMatchObject({ keys: [{ id: key.id }] });
  });

  it.each([
    ['is not verified', { sub: 'eve', email: 'victim@example.com', email_verified: false }],
    ['is not said to be verified', { sub: 'eve', email: 'victim@example.com' }],
    ['is not told', { sub: 'eve', email_verified: true }],
    ['is none', { sub: 'eve', email: 'nobody@invalid', email_verified: true }],
  ])('refuses somebody new whose address %s', async (_, account) => {
    await console.stack.createKey({ user: 'victim@example.com' });
    console.provider.person.account = account;
    const browser = new TestBrowser();
    expect(await console.signInPage(browser)).toBe(
      '/dashboard/sign-in-failed?reason=email_unverified',
    );
    expect(await sessionStatus(browser)).toBe(401);
    const { rowCount } = await sql.query(`SELECT FROM user_identities WHERE subject = 'eve'`);
    expect(rowCount).toBe(0);
  });

  it('does not hand an account to whoever has its address later', async () => {
    const account = { sub: 'mary', email: 'mary@example.com', email_verified: true };
    await console.signIn(account);
    console.provider.person.account = { ...account, sub: 'another mary' };
    const browser = new TestBrowser();
    expect(await console.signInPage(browser)).toBe('/dashboard/sign-in-failed?reason=rejected');
    expect(await sessionStatus(browser)).toBe(401);
  });

  it('makes one customer of somebody who signs in twice at once for the first time', async () => {
    console.provider.person.account = {
      sub: 'twin',
      email: 'twin@example.com',
      email_verified: true,
    };
    const browsers = [new TestBrowser(), new TestBrowser(), new TestBrowser()];
    const callbacks = await Promise.all(
      browsers.map((browser) => console.untilCallback(browser)),
    );
    const ends = await Promise.all(
      browsers.map((browser, at) => browser.send(callbacks[at] ?? '')),
    );
    expect(ends.map((response) => response.headers.get('location'))).toEqual(
      browsers.map(() => '/dashboard/keys'),
    );
    const { rowCount } = await sql.query(`SELECT FROM users WHERE email = 'twin@example.com'`);
    expect(rowCount).toBe(1);
  });

  it('knows somebody who became a customer while their second sign-in was looking for them', async () => {
    const account = { sub: 'late', email: 'late@example.com', email_verified: true };
    console.provider.person.account = account;
    const browser = new TestBrowser();
    const callback = await console.untilCallback(browser);
    // Whoever looks for the customer with an address waits; whoever looks for a subject does not.
    await sql.query('BEGIN; LOCK TABLE user_directory IN ACCESS EXCLUSIVE MODE');
    const end = browser.send(callback);
    const userId = randomUUID();
    try {
      await waits(sql, 'user_directory');
      await sql.query('INSERT INTO users (id, email) VALUES ($1, $2)', [userId, account.email]);
      await sql.query(
        `INSERT INTO user_identities (user_id, issuer, subject, email) VALUES ($1, $2, $3, $4)`,
        [userId, console.provider.issuer, account.sub, account.email],
      );
    } finally {
      await sql.query('COMMIT');
    }
    expect((await end).headers.get('location')).toBe('/dashboard/keys');
    expect(await sessionStatus(browser)).toBe(200);
    expect(await events(userId)).toEqual(['session.started']);
  });

  describe('refuses', () => {
    const EXPIRED = '/dashboard/sign-in-failed?reason=expired';

    const endOf = async (browser: TestBrowser, callback: string): Promise<string | null> => {
      const response = await browser.send(callback);
      expect([302, 303]).toContain(response.status);
      expect(browser.lastCookies.filter(({ name }) => name === SESSION)).toEqual([]);
      expect(await sessionStatus(browser)).toBe(401);
      return response.headers.get('location');
    };

    it.each([
      [
        'tampered with',
        (url: URL) => {
          url.searchParams.set('state', 'A'.repeat(43));
        },
      ],
      [
        'left out',
        (url: URL) => {
          url.searchParams.delete('state');
        },
      ],
      [
        'given twice',
        (url: URL) => {
          url.searchParams.append('state', 'x');
        },
      ],
    ])('a state that was %s', async (_, tamper) => {
      const browser = new TestBrowser();
      const callback = new URL(await console.untilCallback(browser));
      tamper(callback);
      expect(await endOf(browser, callback.href)).toBe(EXPIRED);
    });

    it('a callback that was used, also with another code', async () => {
      const browser = new TestBrowser();
      const callback = await console.untilCallback(browser);
      expect((await browser.send(callback)).headers.get('location')).toBe('/dashboard/keys');
      const replayed = await browser.send(callback);
      expect(replayed.headers.get('location')).toBe(EXPIRED);
      const other = new URL(await console.untilCallback(new TestBrowser()));
      other.searchParams.set('state', new URL(callback).searchParams.get('state') ?? '');
      expect((await browser.send(other.href)).headers.get('location')).toBe(EXPIRED);
    });

    it('a callback in another browser, which does not spoil it for the right one', async () => {
      const browser = new TestBrowser();
      const callback = await console.untilCallback(browser);
      expect(await endOf(new TestBrowser(), callback)).toBe(EXPIRED);
      const thief = new TestBrowser();
      await console.untilCallback(thief);
      expect(await endOf(thief, callback)).toBe(EXPIRED);
      expect((await browser.send(callback)).headers.get('location')).toBe('/dashboard/keys');
    });

    it('a code of somebody else, put into one’s own sign-in', async () => {
      const victim = new TestBrowser();
      const mine = new URL(await console.untilCallback(victim));
      const theirs = new URL(await console.untilCallback(new TestBrowser()));
      mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
      expect(await endOf(victim, mine.href)).toBe('/dashboard/sign-in-failed?reason=rejected');
    });

    it('an answer of another issuer, and one that names none', async () => {
      for (const change of [
        (url: URL) => {
          url.searchParams.set('iss', 'https://evil.example');
        },
        (url: URL) => {
          url.searchParams.delete('iss');
        },
      ]) {
        const browser = new TestBrowser();
        const callback = new URL(await console.untilCallback(browser));
        change(callback);
        expect(await endOf(browser, callback.href)).toBe(
          '/dashboard/sign-in-failed?reason=rejected',
        );
      }
    });

    it('what is older than ten minutes', async () => {
      const browser = new TestBrowser();
      const callback = await console.untilCallback(browser);
      await sql.query(`UPDATE sign_in_attempts SET expires_at = now() - interval '1 second'`);
      expect(await endOf(browser, callback)).toBe(EXPIRED);
    });

    it('to go anywhere but to a page of its own', async () => {
      const browser = new TestBrowser();
      expect(await console.signInPage(browser, 'https://evil.example/')).toBe('/dashboard');
    });
  });

  it('says so when the user says no', async () => {
    console.provider.person.denies = true;
    expect(await console.signInPage(new TestBrowser())).toBe(
      '/dashboard/sign-in-failed?reason=denied',
    );
  });

  it('says so when the provider is away or fails, and nobody is signed in', async () => {
    const browser = new TestBrowser();
    const callback = await console.untilCallback(browser);
    await console.provider.goAway();
    const away = await browser.send(callback);
    await console.provider.comeBack();
    expect(away.headers.get('location')).toBe(
      '/dashboard/sign-in-failed?reason=provider_unavailable',
    );
    const again = await console.untilCallback(browser);
    console.provider.fail(500);
    const failed = await browser.send(again);
    console.provider.fail(undefined);
    expect(failed.headers.get('location')).toBe(
      '/dashboard/sign-in-failed?reason=provider_unavailable',
    );
    expect(await sessionStatus(browser)).toBe(401);
    expect(await console.signInPage(browser)).toBe('/dashboard/keys');
  });

  it('gives the browser another session each time, and ends the one that it had', async () => {
    const { browser, userId } = await console.signIn();
    const stolen = browser.clone();
    const former = browser.cookie(SESSION);
    await console.signInPage(browser);
    expect(browser.cookie(SESSION)).not.toBe(former);
    expect(await sessionStatus(browser)).toBe(200);
    expect(await sessionStatus(stolen)).toBe(401);
    expect(await events(userId)).toEqual(
      expect.arrayContaining(['session.started', 'session.ended']),
    );
  });

  it('signs nobody in by a session that somebody else has put into the browser', async () => {
    const fixed = 'A'.repeat(43);
    const victim = new TestBrowser();
    victim.setCookie(console.origin, SESSION, fixed);
    await console.signInPage(victim);
    const attacker = new TestBrowser();
    attacker.setCookie(console.origin, SESSION, fixed);
    expect(await sessionStatus(attacker)).toBe(401);
    expect(victim.cookie(SESSION)).not.toBe(fixed);
  });

  it('binds a sign-in to the browser by a cookie that lasts as long', async () => {
    const browser = new TestBrowser();
    await browser.send(`${console.origin}/dashboard/sign-in`);
    expect(browser.lastCookies).toEqual([
      {
        name: SIGN_IN,
        value: expect.stringMatching(/^[\w-]{43}$/u) as unknown,
        attributes: ['Path=/dashboard', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age=600'],
      },
    ]);
    const { rows } = await sql.query('SELECT * FROM sign_in_attempts');
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(browser.cookie(SIGN_IN));
  });

  /** How many of ninety sign-ins that begin at once are told that they are too many. */
  async function refusedOfNinety(
    { origin }: Console,
    addressOf?: (index: number) => string,
  ): Promise<number> {
    const ends = await Promise.all(
      Array.from({ length: 90 }, (_, index) =>
        new TestBrowser().send(`${origin}/dashboard/sign-in`, {
          headers: addressOf ? { 'x-forwarded-for': addressOf(index) } : {},
        }),
      ),
    );
    return ends.filter((response) =>
      response.headers.get('location')?.endsWith('reason=too_many'),
    ).length;
  }

  /** How many of many changes at once are told that they are too many. */
  async function refusedChanges({ call }: SignedIn): Promise<number> {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        call('keys/nmk_live_0000000000000000000000', { method: 'DELETE' }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    for (const { headers } of refused) expect(headers.get('retry-after')).toMatch(/^\d+$/u);
    return refused.length;
  }

  it('limits how much one customer may change, and lets others', async () => {
    const ada = await console.signIn(ADA);
    expect(await refusedChanges(ada)).toBeGreaterThan(0);
    expect((await ada.call('session')).status).toBe(200);
    const eve = await console.signIn({
      sub: 'eve',
      email: 'eve@example.com',
      email_verified: true,
    });
    const { status } = await eve.call('keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'mine', scopes: ['faces:detect'] }),
    });
    expect(status).toBe(201);
  });

  it('limits how many sign-ins one address may begin', async () => {
    expect(await refusedOfNinety(console)).toBeGreaterThan(0);
  });

  it('takes all addresses of one IPv6 network for one', async () => {
    const other = await startConsole({ TRUSTED_PROXIES: '1' });
    const within = await refusedOfNinety(other, (index) => `2001:db8:0:1::${index + 1}`);
    const apart = await refusedOfNinety(other, (index) => `2001:db8:1:${index + 1}::1`);
    await other.stop();
    expect(within).toBeGreaterThan(0);
    expect(apart).toBe(0);
  });

  it('limits both by itself while Redis is away', async () => {
    const redis = await startRedis();
    const other = await startConsole({ REDIS_URL: redis.url });
    const ada = await other.signIn(ADA);
    await redis.kill();
    const refused = await refusedOfNinety(other);
    expect(await refusedChanges(ada)).toBeGreaterThan(0);
    // A service goes faster while Redis is there.
    await redis.start();
    await other.stop();
    await redis.stop();
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(90);
  });
});

describe('a provider whose answers are not signed by the key that it publishes', () => {
  it('signs nobody in', async () => {
    const console = await startConsole();
    await console.provider.publishAnotherKey();
    const browser = new TestBrowser();
    expect(await console.signInPage(browser)).toBe('/dashboard/sign-in-failed?reason=rejected');
    expect(browser.cookie(SESSION)).toBeUndefined();
    await console.stop();
  });
});

/** Until somebody waits for a lock of this table. */
async function waits(sql: pg.Client, table: string): Promise<void> {
  const waiting = 'SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted';
  while ((await sql.query(waiting, [table])).rowCount === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
