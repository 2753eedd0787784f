import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditDrain } from '@nomo/audit';
import pg from 'pg';
import { WorkerDatabase } from '../src/database/doors.js';
import { Pools } from '../src/database/pools.js';
import { ExpiredRepository } from '../src/sessions/expired.repository.js';
import { TestBrowser } from './support/browser.js';
import { startConsole, type Console, type SignedIn } from './support/console.js';
import { form } from './support/forms.js';
import { photo } from './support/photos.js';

const SESSION = '__Secure-nomosly-session';
const EVE = { sub: 'eve', email: 'eve@example.com', email_verified: true };

interface Key {
  readonly id: string;
  readonly name: string;
  readonly revokedAt: string | null;
  readonly playground: boolean;
}

describe('the console, to a browser that is signed in', () => {
  let console: Console;
  let sql: pg.Client;
  let pools: Pools;
  let ada: SignedIn;
  let eve: SignedIn;

  beforeAll(async () => {
    console = await startConsole({ DAILY_QUOTA: '3' });
    sql = new pg.Client({ connectionString: console.stack.databaseUrl });
    await sql.connect();
    pools = new Pools(console.stack.urls);
    ada = await console.signIn();
    eve = await console.signIn(EVE);
    await console.stack.ready();
  });
  afterAll(async () => {
    await pools.onApplicationShutdown();
    await sql.end();
    await console.stop();
  });

  const makeKey = async (
    who: SignedIn,
    body: Record<string, unknown> = {},
  ): Promise<{ key: Key; secret: string }> => {
    const response = await who.call('keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'ci', scopes: ['faces:detect'], ...body }),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { key: Key; secret: string };
  };
  const keysOf = async (who: SignedIn): Promise<Key[]> =>
    ((await (await who.call('keys')).json()) as { keys: Key[] }).keys;
  const usageStatus = async (secret: string): Promise<number> =>
    (await fetch(`${console.origin}/v1/usage`, { headers: { 'x-api-key': secret } })).status;

  describe('keys', () => {
    it('are made, work at once, and have their secret shown that one time', async () => {
      const { key, secret } = await makeKey(ada, {
        mode: 'test',
        expiresAt: '2090-01-01T00:00:00Z',
      });
      expect(key).toMatchObject({
        name: 'ci',
        mode: 'test',
        scopes: ['faces:detect'],
        expiresAt: '2090-01-01T00:00:00.000Z',
        revokedAt: null,
        lastUsedAt: null,
        playground: false,
      });
      expect(secret.startsWith(`${key.id}.`)).toBe(true);
      expect(await usageStatus(secret)).toBe(200);
      expect(JSON.stringify(await keysOf(ada))).not.toContain(secret.slice(key.id.length + 1));
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['a name of 10,000 characters', { name: 'a'.repeat(10_000) }, 'name'],
      ['an empty name', { name: '   ' }, 'name'],
      ['a name with control characters', { name: 'a\u0000b' }, 'name'],
      ['no name', { name: undefined }, 'name'],
      ['a name that holds a key', { name: 'SECRET' }, 'name'],
      ['no scope', { scopes: [] }, 'scopes'],
      ['an unknown scope', { scopes: ['faces:detect', 'everything'] }, 'scopes.1'],
      ['a scope twice', { scopes: ['faces:detect', 'faces:detect'] }, 'scopes'],
      ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      ['an expiry that is none', { expiresAt: 'tomorrow' }, 'expiresAt'],
      ['a field that does not exist', { userId: 'x' }, 'userId'],
    ])('are refused with %s, by name, and nothing is made', async (_, body, path) => {
      const before = (await keysOf(ada)).length;
      const name = body['name'] === 'SECRET' ? (await makeKey(eve)).secret : body['name'];
      const response = await ada.call('keys', {
        method: 'POST',
        body: JSON.stringify({
          name: 'ci',
          scopes: ['faces:detect'],
          ...body,
          ...('name' in body && { name }),
        }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: 'invalid_request',
        errors: [{ path }],
      });
      expect(await keysOf(ada)).toHaveLength(before);
    });

    it('end in 204 for both of two tabs that revoke the same one at once', async () => {
      const { key, secret } = await makeKey(ada);
      const tabs = await Promise.all(
        [1, 2].map(() => ada.call(`keys/${key.id}`, { method: 'DELETE' })),
      );
      expect(tabs.map(({ status }) => status)).toEqual([204, 204]);
      expect(await usageStatus(secret)).toBe(401);
      expect((await ada.call(`keys/${key.id}`, { method: 'DELETE' })).status).toBe(204);
      const { rowCount } = await sql.query(
        `SELECT FROM audit_outbox WHERE body LIKE '%api_key.revoked%' AND body LIKE $1`,
        [`%${key.id}%`],
      );
      expect(rowCount).toBe(1);
    });

    it('of somebody else are as absent as what never was', async () => {
      const { key } = await makeKey(eve);
      const answers = [];
      for (const id of [key.id, 'nmk_live_0123456789012345678901', 'x', key.id.toUpperCase()]) {
        const response = await ada.call(`keys/${id}`, { method: 'DELETE' });
        answers.push({ ...((await response.json()) as object), requestId: '' });
      }
      expect(answers[0]).toMatchObject({ status: 404, code: 'key_not_found' });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect((await keysOf(eve)).find(({ id }) => id === key.id)?.revokedAt).toBeNull();
      expect((await ada.call(`usage?keyId=${key.id}`)).status).toBe(404);
    });

    it('are no more than a hundred that work, also when many are made at once', async () => {
      const grace = await console.signIn({
        sub: 'grace',
        email: 'grace@example.com',
        email_verified: true,
      });
      const { userId } = grace;
      await sql.query(
        `INSERT INTO api_keys (user_id, id, secret_hash, scopes)
         SELECT $1, 'nmk_live_' || lpad(n::text, 22, '0'), sha256('x'), '{text:detect}'
         FROM generate_series(1, 95) n`,
        [userId],
      );
      const made = await Promise.all(
        Array.from({ length: 10 }, () =>
          grace.call('keys', {
            method: 'POST',
            body: JSON.stringify({ name: 'ci', scopes: ['faces:detect'] }),
          }),
        ),
      );
      expect(made.filter(({ status }) => status === 201)).toHaveLength(5);
      const refused = made.find(({ status }) => status !== 201);
      expect(await refused?.json()).toMatchObject({ status: 409, code: 'too_many_keys' });
      const [first] = await keysOf(grace);
      await grace.call(`keys/${first?.id ?? ''}`, { method: 'DELETE' });
      await makeKey(grace);
    });
  });

  describe('what changes something', () => {
    const change = (
      headers: Record<string, string | undefined>,
      path = 'keys',
    ): Promise<Response> =>
      ada.browser.send(`${console.origin}/dashboard/api/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...Object.fromEntries(
            Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]),
          ),
        },
        body: JSON.stringify({ name: 'forged', scopes: ['faces:detect'] }),
      });

    it('is done where a page of ours says so', async () => {
      const { csrfToken } = ada;
      const { origin } = console;
      for (const from of [{ origin }, { 'sec-fetch-site': 'same-origin' }]) {
        expect((await change({ ...from, 'x-csrf-token': csrfToken })).status).toBe(201);
      }
    });

    it.each([
      ['without a token', {}],
      ['with a wrong token', { 'x-csrf-token': 'A'.repeat(43) }],
      ['with the token of somebody else', { 'x-csrf-token': 'EVE' }],
      ['by another origin', { 'x-csrf-token': 'ADA', origin: 'https://evil.example' }],
      ['by nobody', { 'x-csrf-token': 'ADA', origin: undefined, 'sec-fetch-site': undefined }],
      ['by a sandbox', { 'x-csrf-token': 'ADA', origin: 'null' }],
      ['by another site', { 'x-csrf-token': 'ADA', 'sec-fetch-site': 'cross-site' }],
      ['by a neighbour', { 'x-csrf-token': 'ADA', 'sec-fetch-site': 'same-site' }],
      ['by an address bar', { 'x-csrf-token': 'ADA', 'sec-fetch-site': 'none' }],
    ])('is not done %s', async (_, headers: Record<string, string | undefined>) => {
      const before = (await keysOf(ada)).length;
      const tokens: Record<string, string> = { ADA: ada.csrfToken, EVE: eve.csrfToken };
      const given = headers['x-csrf-token'];
      for (const path of ['keys', 'sessions/end-all', 'playground/text/detect']) {
        const response = await change(
          {
            origin: console.origin,
            'sec-fetch-site': 'same-origin',
            ...headers,
            'x-csrf-token': given && (tokens[given] ?? given),
          },
          path,
        );
        expect(await response.json()).toMatchObject({ status: 403, code: 'csrf_rejected' });
      }
      expect(await keysOf(ada)).toHaveLength(before);
    });

    it('is not done by an API key or an access token in place of a session', async () => {
      const { secret } = await makeKey(ada);
      const response = await fetch(`${console.origin}/dashboard/api/keys`, {
        headers: { 'x-api-key': secret, authorization: `Bearer ${secret}` },
      });
      expect(await response.json()).toMatchObject({ status: 401, code: 'session_required' });
    });
  });

  describe('a session', () => {
    it.each([
      ['none', undefined],
      ['one that is none', 'x'],
      ['one that nobody has', 'A'.repeat(43)],
    ])('is wanted of every route: %s', async (_, value) => {
      const browser = new TestBrowser();
      if (value !== undefined) browser.setCookie(console.origin, SESSION, value);
      for (const path of ['session', 'keys', 'usage', 'audit', 'audit/verification']) {
        const response = await browser.send(`${console.origin}/dashboard/api/${path}`);
        expect(await response.json()).toMatchObject({ status: 401, code: 'session_required' });
      }
    });

    it('ends when it has not been used, or after its time', async () => {
      for (const change of [
        `idle_expires_at = now() - interval '1 second'`,
        `idle_expires_at = now() - interval '2 seconds', expires_at = now() - interval '1 second'`,
      ]) {
        const hedy = await console.signIn({
          sub: 'hedy',
          email: 'hedy@example.com',
          email_verified: true,
        });
        await sql.query(`UPDATE sessions SET ${change} WHERE user_id = $1`, [hedy.userId]);
        const response = await hedy.call('keys', {
          method: 'POST',
          body: JSON.stringify({ name: 'late', scopes: ['faces:detect'] }),
        });
        expect(await response.json()).toMatchObject({ status: 401, code: 'session_required' });
      }
    });

    it('is prolonged by use, and never past its time', async () => {
      const joan = await console.signIn({
        sub: 'joan',
        email: 'joan@example.com',
        email_verified: true,
      });
      await sql.query(
        `UPDATE sessions SET expires_at = now() + interval '30 minutes', idle_expires_at = now() + interval '5 minutes'
         WHERE user_id = $1`,
        [joan.userId],
      );
      const response = await joan.call('session');
      expect(response.status).toBe(200);
      const answer = (await response.json()) as Record<string, string>;
      expect(answer['idleExpiresAt']).toBe(answer['expiresAt']);
    });

    it('is ended everywhere at once', async () => {
      const mary = { sub: 'mary', email: 'mary@example.com', email_verified: true };
      const first = await console.signIn(mary);
      const second = await console.signIn(mary);
      const ended = await first.call('sessions/end-all', { method: 'POST' });
      expect(ended.status).toBe(200);
      // The provider is to end its own session, which would sign this browser in again.
      const { redirectTo } = (await ended.json()) as { redirectTo: string };
      expect(new URL(redirectTo).origin).toBe(
        new URL(console.provider.environment['OIDC_ISSUER'] ?? '').origin,
      );
      expect(new URL(redirectTo).searchParams.get('id_token_hint')).toMatch(/^eyJ/u);
      expect(first.browser.cookie(SESSION)).toBeUndefined();
      expect((await second.call('session')).status).toBe(401);
      expect((await eve.call('session')).status).toBe(200);
    });

    it('that has expired leaves the table, and an event', async () => {
      const lise = await console.signIn({
        sub: 'lise',
        email: 'lise@example.com',
        email_verified: true,
      });
      await sql.query(
        `UPDATE sessions SET idle_expires_at = now() - interval '1 day' WHERE user_id = $1`,
        [lise.userId],
      );
      await sql.query(
        `INSERT INTO used_logout_tokens VALUES (sha256('a'), now() - interval '1 s'), (sha256('b'), now() + interval '1 h')`,
      );
      const expired = new ExpiredRepository(new WorkerDatabase(pools.of('worker')));
      expect(await expired.endSessions(new Date())).toBeGreaterThanOrEqual(1);
      expect(await expired.endSessions(new Date())).toBe(0);
      await expired.removeRest(new Date());
      for (const table of ['sessions', 'session_directory']) {
        const { rowCount } = await sql.query(`SELECT FROM ${table} WHERE user_id = $1`, [
          lise.userId,
        ]);
        expect(rowCount).toBe(0);
      }
      const { rows } = await sql.query<{ body: string }>(
        `SELECT body FROM audit_outbox WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1`,
        [lise.userId],
      );
      expect(JSON.parse(rows[0]?.body ?? '{}')).toMatchObject({
        action: 'session.ended',
        details: { reason: 'expired' },
      });
      expect((await sql.query('SELECT FROM used_logout_tokens')).rowCount).toBe(1);
    });
  });

  describe('the playground', () => {
    const detect = (who: SignedIn, image: Buffer): Promise<Response> =>
      who.call('playground/text/detect', { method: 'POST', body: form({ image }) });

    it('answers as the service does, by a key of its own that counts, until the quota is used up', async () => {
      const [first, second] = await Promise.all([detect(ada, photo(1)), detect(ada, photo(1))]);
      expect(first.status).toBe(200);
      expect(second.status).toBe(200);
      expect(first.headers.get('ratelimit')).toMatch(/^"daily";r=[012];t=\d+$/u);
      expect(await first.json()).toMatchObject({
        image: { width: expect.any(Number) as unknown },
      });
      const playground = (await keysOf(ada)).filter((key) => key.playground);
      expect(playground).toEqual([
        expect.objectContaining({ name: 'Playground', mode: 'test', revokedAt: null }),
      ]);
      const id = playground[0]?.id ?? '';
      const usage = (await (await ada.call(`usage?keyId=${id}`)).json()) as {
        today: { keys: { keyId: string; limit: number; used: number }[] };
      };
      expect(usage.today.keys).toEqual([{ keyId: id, limit: 3, used: 2 }]);
      expect((await detect(ada, photo(1))).status).toBe(200);
      const refused = await detect(ada, photo(1));
      expect(refused.status).toBe(429);
      expect(await refused.json()).toMatchObject({
        code: 'quota_exceeded',
        limit: 3,
        used: 3,
        resetAt: expect.stringMatching(/T00:00:00\.000Z$/u) as unknown,
      });
    });

    it('is made anew where its key was revoked, and is another’s as little as any key', async () => {
      await detect(eve, photo(1));
      const [former] = (await keysOf(eve)).filter((key) => key.playground);
      await eve.call(`keys/${former?.id ?? ''}`, { method: 'DELETE' });
      expect((await detect(eve, photo(1))).status).toBe(200);
      const both = (await keysOf(eve)).filter((key) => key.playground);
      expect(both).toHaveLength(2);
      expect(both.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
    });

    it('takes no key of a header, and refuses what the service refuses', async () => {
      const { secret } = await makeKey(ada, { scopes: ['text:detect'] });
      const withKey = await eve.call('playground/text/detect', {
        method: 'POST',
        headers: { 'x-api-key': secret },
        body: form({ image: Buffer.from('no image') }),
      });
      expect(await withKey.json()).toMatchObject({ status: 422, code: 'invalid_image' });
      const large = await eve.call('playground/text/detect', {
        method: 'POST',
        body: form({ image: Buffer.alloc(6_000_000) }),
      });
      expect(await large.json()).toMatchObject({ status: 413, code: 'image_too_large' });
      const standing = await fetch(`${console.origin}/v1/usage`, {
        headers: { 'x-api-key': secret },
      });
      expect(await standing.json()).toMatchObject({ quota: { used: 0 } });
    });
  });

  describe('the audit trail', () => {
    interface Trail {
      readonly events: readonly { readonly seq: number; readonly action: string }[];
      readonly nextBefore: number | null;
    }
    const trailOf = async (who: SignedIn, query = ''): Promise<Trail> =>
      (await (await who.call(`audit${query}`)).json()) as Trail;

    it('is read newest first, page by page, and only one’s own', async () => {
      const drain = new AuditDrain(new WorkerDatabase(pools.of('worker')));
      await drain.drain(ada.userId);
      await drain.drain(eve.userId);
      const all = await trailOf(ada, '?limit=200');
      expect(all.events.map(({ seq }) => seq)).toEqual(
        Array.from(all.events, (_, at) => all.events.length - at),
      );
      expect(all.events.at(-1)).toMatchObject({
        action: 'user.created',
        actor: { type: 'user', id: ada.userId },
        target: { type: 'user', id: ada.userId },
        details: {},
        ip: '127.0.0.1',
      });
      const first = await trailOf(ada, '?limit=2');
      const second = await trailOf(ada, `?limit=2&before=${String(first.nextBefore)}`);
      expect([...first.events, ...second.events]).toEqual(all.events.slice(0, 4));
      expect(JSON.stringify(all)).not.toContain(eve.userId);
      const last = await trailOf(ada, '?limit=2&before=3');
      expect(last.nextBefore).toBeNull();
    });

    it.each(['?limit=0', '?limit=201', '?before=0', '?before=x', '?tenant=1'])(
      'refuses %s',
      async (query) => {
        expect((await ada.call(`audit${query}`)).status).toBe(400);
      },
    );

    it('is verified, and a row that was changed is named', async () => {
      const { events } = await trailOf(ada, '?limit=200');
      expect(await (await ada.call('audit/verification')).json()).toMatchObject({
        status: 'verified',
        events: events.length,
        firstBad: null,
      });
      await sql.query(`ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only`);
      for (let part = 0; part < 8; part += 1) {
        await sql.query(
          `ALTER TABLE audit_events_p${part} DISABLE TRIGGER audit_events_append_only`,
        );
      }
      await sql.query(
        `UPDATE audit_events SET action = 'api_key.revoked' WHERE tenant_id = $1 AND seq = 2`,
        [eve.userId],
      );
      expect(await (await eve.call('audit/verification')).json()).toMatchObject({
        status: 'broken',
        firstBad: 2,
      });
    });
  });
});
