import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWTPayload } from 'jose';
import pg from 'pg';
import { startConsole, type Console, type SignedIn } from './support/console.js';
import { CLIENT_ID, type Account } from './support/second-provider.js';

const SESSION = '__Secure-nomosly-session';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ADA = { sub: 'ada', email: 'ada@example.com', email_verified: true };

/** Claims in place of the right ones, whatever they are. */
type Change = Readonly<Record<string, unknown>>;
type Header = Readonly<Record<string, string>>;

describe('signing out of the console', () => {
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

  const signOut = (who: SignedIn, headers: Record<string, string>): Promise<Response> =>
    who.browser.send(`${console.origin}/dashboard/sign-out`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    });

  it('ends the session and leads to the provider, by fetch', async () => {
    const ada = await console.signIn(ADA);
    const stolen = ada.browser.clone();
    const response = await signOut(ada, {
      'x-csrf-token': ada.csrfToken,
      accept: 'application/json',
    });
    expect(response.status).toBe(200);
    const { redirectTo } = (await response.json()) as { redirectTo: string };
    const url = new URL(redirectTo);
    expect(url.origin).toBe(console.provider.issuer);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(
      `${console.origin}/dashboard/signed-out`,
    );
    expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/u);
    expect(ada.browser.cookie(SESSION)).toBeUndefined();
    const after = await stolen.send(`${console.origin}/dashboard/api/session`);
    expect(after.status).toBe(401);
  });

  it('does so by a form, too', async () => {
    const ada = await console.signIn(ADA);
    const response = await ada.browser.send(`${console.origin}/dashboard/sign-out`, {
      method: 'POST',
      headers: { origin: console.origin },
      body: new URLSearchParams({ csrfToken: ada.csrfToken }),
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toContain(console.provider.issuer);
    expect((await ada.call('session')).status).toBe(401);
  });

  it.each([
    ['without its token', {}],
    ['with another token', { 'x-csrf-token': 'A'.repeat(43) }],
    ['from another site', { 'x-csrf-token': 'ADA', 'sec-fetch-site': 'cross-site' }],
  ])('is not done %s', async (_, headers: Record<string, string>) => {
    const ada = await console.signIn(ADA);
    const response = await signOut(ada, {
      ...headers,
      ...(headers['x-csrf-token'] === 'ADA' && { 'x-csrf-token': ada.csrfToken }),
    });
    expect(await response.json()).toMatchObject({ status: 403, code: 'csrf_rejected' });
    expect((await ada.call('session')).status).toBe(200);
  });

  it('works for whoever is signed out already', async () => {
    const ada = await console.signIn(ADA);
    const headers = { 'x-csrf-token': ada.csrfToken, accept: 'application/json' };
    await signOut(ada, headers);
    expect((await signOut(ada, headers)).status).toBe(200);
  });

  describe('by the provider', () => {
    let count = 0;
    const claims = (change: Change = {}): JWTPayload => {
      const now = Math.floor(Date.now() / 1000);
      return {
        iss: console.provider.issuer,
        aud: CLIENT_ID,
        iat: now,
        exp: now + 120,
        jti: `message-${(count += 1)}`,
        sub: 'ada',
        events: { [EVENT]: {} },
        ...change,
      };
    };
    const header = { typ: 'logout+jwt' };
    const send = (token: string): Promise<Response> =>
      fetch(`${console.origin}/dashboard/backchannel-logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      });
    const isSignedIn = async (who: SignedIn): Promise<boolean> =>
      (await who.call('session')).status === 200;
    const providerSessionOf = async (who: SignedIn): Promise<string> => {
      const { rows } = await sql.query<{ id_token: string }>(
        'SELECT id_token FROM sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1',
        [who.userId],
      );
      const [, payload = ''] = (rows[0]?.id_token ?? '').split('.');
      const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
        sid: string;
      };
      return sid;
    };

    it('ends every session of the person, and nobody else’s', async () => {
      const eve = await console.signIn({ ...ADA, sub: 'eve', email: 'eve@example.com' });
      const first = await console.signIn(ADA);
      const second = await console.signIn(ADA);
      const response = await send(await console.provider.sign(claims(), header));
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await Promise.all([eve, first, second].map(isSignedIn))).toEqual([
        true,
        false,
        false,
      ]);
    });

    it.each([
      ['with its subject', (sid: string) => ({ sid })],
      ['by itself', (sid: string) => ({ sid, sub: undefined })],
    ])('ends the one session that it names, %s', async (_, naming) => {
      const first = await console.signIn(ADA);
      const second = await console.signIn(ADA);
      const sid = await providerSessionOf(second);
      await send(await console.provider.sign(claims(naming(sid)), header));
      expect(await Promise.all([first, second].map(isSignedIn))).toEqual([true, false]);
    });

    it('ends nothing for a session that is not its subject’s', async () => {
      const ada = await console.signIn(ADA);
      const eve = await console.signIn({ ...ADA, sub: 'eve', email: 'eve@example.com' });
      const sid = await providerSessionOf(ada);
      await send(await console.provider.sign(claims({ sid, sub: 'eve' }), header));
      expect(await Promise.all([ada, eve].map(isSignedIn))).toEqual([true, true]);
    });

    it('takes a message once, however often it is sent at once', async () => {
      const token = await console.provider.sign(claims(), header);
      const answers = await Promise.all([1, 2, 3, 4].map(() => send(token)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
      const ada = await console.signIn(ADA);
      const replayed = await send(token);
      expect(await replayed.json()).toMatchObject({
        status: 400,
        code: 'invalid_logout_token',
        error: 'invalid_request',
      });
      expect(await isSignedIn(ada)).toBe(true);
      const ofNobody = await console.provider.sign(claims({ sub: 'nobody' }), header);
      expect((await send(ofNobody)).status).toBe(200);
      expect((await send(ofNobody)).status).toBe(400);
    });

    const forged: [string, Change, Header?][] = [
      ['of another issuer', { iss: 'https://evil.example' }],
      ['for another audience', { aud: 'somebody-else' }],
      ['that has expired', { exp: 1_700_000_000 }],
      ['that is old', { iat: Math.floor(Date.now() / 1000) - 3_600 }],
      ['of tomorrow', { iat: Math.floor(Date.now() / 1000) + 86_400 }],
      ['without a time', { iat: undefined }],
      ['without an end', { exp: undefined }],
      ['without a name', { jti: undefined }],
      ['without an event', { events: undefined }],
      ['with another event', { events: { 'https://example.com/other': {} } }],
      ['with an event that is no object', { events: { [EVENT]: true } }],
      ['with a nonce', { nonce: 'n' }],
      ['about nobody', { sub: undefined }],
      ['without a type', {}, {}],
      ['that is an ID token', {}, { typ: 'JWT' }],
      ['that is an access token', {}, { typ: 'at+jwt' }],
    ];

    it.each(forged)('refuses a message %s', async (_, change, type = header) => {
      const ada = await console.signIn(ADA);
      const response = await send(await console.provider.sign(claims(change), type));
      expect(await response.json()).toMatchObject({
        status: 400,
        code: 'invalid_logout_token',
      });
      expect(await isSignedIn(ada)).toBe(true);
    });

    it('refuses a message that somebody else has signed, or nobody', async () => {
      const ada = await console.signIn(ADA);
      const secret = Buffer.from('a secret of 32 characters or more');
      const unsigned = [{ alg: 'none', ...header }, claims()]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const [start = '', payload = '', signature = ''] = (
        await console.provider.sign(claims(), header)
      ).split('.');
      const swapped = `${signature.slice(1)}${signature.slice(0, 1)}`;
      for (const token of [
        await new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', ...header })
          .sign(secret),
        `${unsigned}.`,
        `${start}.${payload}.${swapped}`,
        'x',
        '',
      ]) {
        expect((await send(token)).status).toBe(400);
      }
      const empty = await fetch(`${console.origin}/dashboard/backchannel-logout`, {
        method: 'POST',
      });
      expect(empty.status).toBe(400);
      expect(await isSignedIn(ada)).toBe(true);
    });

    it('is told by a provider that is not ours, when somebody signs out there', async () => {
      const account: Account = { ...ADA, sub: 'grace', email: 'grace@example.com' };
      const grace = await console.signIn(account);
      const stolen = grace.browser.clone();
      const elsewhere = await console.signIn(account, grace.browser);
      const page = await elsewhere.browser.send(`${console.provider.issuer}/session/end`);
      const html = await page.text();
      const xsrf = /name="xsrf" value="(?<xsrf>[^"]+)"/u.exec(html)?.groups?.['xsrf'] ?? '';
      await elsewhere.browser.send(`${console.provider.issuer}/session/end/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ xsrf, logout: 'yes' }),
      });
      expect(await isSignedIn(elsewhere)).toBe(false);
      expect((await stolen.send(`${console.origin}/dashboard/api/session`)).status).toBe(401);
    });
  });
});
