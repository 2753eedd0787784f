import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplication } from '@nestjs/common';
import { AuditDrain } from '@nomo/audit';
import { generateApiKey } from '@nomo/security-core';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { BillingDatabase, DOORS, KeysDatabase, WorkerDatabase } from '../src/database/doors.js';
import { auditEvents } from '../src/audit/audit-events.js';
import { Pools } from '../src/database/pools.js';
import { TENANCY_RULES } from '../src/database/tenancy-rules.js';
import { KeysRepository } from '../src/keys/keys.repository.js';
import { ROLES, type Role } from '../src/roles.js';
import { UsageReader } from '../src/usage/usage.reader.js';
import { startConsole, type Console } from './support/console.js';
import {
  intrusions,
  PUBLIC_ROUTES,
  ROUTES,
  type Filled,
  type Holder,
  type WalkedRoute,
} from './support/cross-tenant-routes.js';
import { TESTER, type Stack } from './support/stack.js';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { parameters?: readonly { in: string; name: string }[] }>>
    >
  >;
}

/** What an answer says of the request itself, and of where the caller's own key stands. */
const OWN: ReadonlySet<string> = new Set(['date', 'x-request-id', 'ratelimit']);

/** What a client sees of an answer; the request's own name is the only thing that may differ. */
interface Seen {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

describe('what is another’s', () => {
  let console: Console;
  let stack: Stack;
  let pools: Pools;
  let ada: Holder;
  let eve: Holder;
  const nobody: Holder = {
    userId: randomUUID(),
    id: generateApiKey({ mode: 'test' }).id,
    key: '',
    token: '',
    session: {},
  };

  /** A customer who is signed in to the console, and has a key and an access token as well. */
  const customer = async (name: string): Promise<Holder> => {
    const email = `${name}@example.com`;
    const account = { sub: name, email, email_verified: true };
    const { browser, csrfToken } = await console.signIn(account);
    const key = await stack.createKey({ user: email });
    const now = Math.floor(Date.now() / 1000);
    const token = await console.provider.sign(
      {
        ...{ iss: console.provider.issuer, aud: 'vision-api', sub: name, client_id: 'program' },
        ...{ iat: now, exp: now + 600, jti: name, scope: 'keys:read keys:write usage:read' },
      },
      { typ: 'at+jwt' },
    );
    const cookie = '__Secure-nomosly-session';
    const session = {
      cookie: `${cookie}=${browser.cookie(cookie) ?? ''}`,
      'x-csrf-token': csrfToken,
      'sec-fetch-site': 'same-origin',
    };
    return { ...key, token, session };
  };

  beforeAll(async () => {
    console = await startConsole({ LOG_LEVEL: 'info' });
    stack = console.stack;
    await stack.ready();
    pools = new Pools(stack.urls);
    ada = await customer('ada');
    eve = await customer('eve');
    // Both are known to Redis, as keys in use are.
    for (const { key } of [ada, eve]) {
      await fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': key } });
    }
  });
  afterAll(async () => {
    await pools.onApplicationShutdown();
    await console.stop();
  });

  const call = async (route: WalkedRoute, caller: Holder, filled: Filled): Promise<Seen> => {
    const { path, init } = route.request(caller, filled);
    const response = await fetch(`${stack.url}${path}`, init);
    const body = (await response.json()) as Record<string, unknown>;
    // What was tried can be found in the log by the name of the request.
    expect(stack.log()).toContain(`"requestId":"${String(body['requestId'])}"`);
    delete body['requestId'];
    const headers = Object.fromEntries(
      [...response.headers].filter(([name]) => !OWN.has(name)),
    );
    return { status: response.status, body, headers };
  };

  const securityLines = (): Record<string, unknown>[] =>
    stack
      .log()
      .split('\n')
      .filter((line) => line.includes('"context":"Security"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  describe('over HTTP', () => {
    it('is tried on every route of the OpenAPI document', async () => {
      const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as OpenApi;
      const described = Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { parameters = [] }]) => ({
          name: `${method.toUpperCase()} ${path}`,
          ids: parameters.filter((parameter) => parameter.in === 'path'),
        })),
      );
      const walked = Object.keys(ROUTES).filter((name) => name.includes(' /v1/'));
      expect(described.map(({ name }) => name).sort()).toEqual(
        walked.filter((name) => !name.includes(' by ')).sort(),
      );
      for (const { name, ids } of described) {
        const slots: readonly string[] = ROUTES[name]?.slots ?? [];
        expect(slots).toEqual(expect.arrayContaining(ids.map((id) => `path.${id.name}`)));
      }
    });

    it('is tried on every route of the console, which the document does not show', () => {
      const { router } = (stack.app as INestApplication).getHttpAdapter().getInstance() as {
        router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
      };
      const served = router.stack.flatMap(({ route }) =>
        Object.keys(route?.methods ?? {}).map(
          (method) =>
            `${method.toUpperCase()} ${(route?.path ?? '').replaceAll(/:(?<name>\w+)/gu, '{$<name>}')}`,
        ),
      );
      const own = served.filter((name) => name.includes(' /dashboard'));
      expect([...new Set(own)].sort()).toEqual(
        [
          ...Object.keys(ROUTES).filter((name) => name.includes(' /dashboard')),
          ...PUBLIC_ROUTES,
        ].sort(),
      );
    });

    const cases = Object.entries(ROUTES).flatMap(([name, route]) =>
      route.slots.map((slot) => ({ name, slot, route })),
    );

    it.each(cases)('is as absent as what never was: $name, $slot', async ({ route, slot }) => {
      for (const { value, absent } of intrusions(slot, eve, ada, nobody)) {
        const seen = await call(route, eve, { [slot]: value });
        expect(seen).toEqual(await call(route, eve, { [slot]: absent }));
        expect(seen.status).toBeGreaterThanOrEqual(400);
        expect(JSON.stringify(seen)).not.toContain(ada.id);
        expect(JSON.stringify(seen)).not.toContain(ada.userId);
      }
    });

    const named = Object.entries(ROUTES).filter(([, { slots }]) =>
      slots.some((slot) => slot !== 'x-api-key'),
    );

    it.each(named)(
      'is not reached by identifiers that have changed places: %s',
      async (_, route) => {
        const others = route.slots.filter((slot) => slot !== 'x-api-key');
        const filled = (holder: Holder): Filled =>
          Object.fromEntries(
            others.map((slot) => [slot, slot.endsWith('.keyId') ? holder.userId : holder.id]),
          );
        const seen = await call(route, eve, filled(ada));
        expect(seen).toEqual(await call(route, eve, filled(nobody)));
        expect([400, 404]).toContain(seen.status);
      },
    );

    it('is written to the log when it was tried with a key id', async () => {
      const before = securityLines().length;
      for (const { value } of intrusions('x-api-key', eve, ada, nobody)) {
        await fetch(`${stack.url}/v1/usage`, { headers: { 'x-api-key': value } });
      }
      const lines = securityLines().slice(before);
      expect(lines).toEqual([
        expect.objectContaining({
          event: 'api_key_refused',
          keyId: ada.id,
          reason: 'wrong_secret',
          requestId: expect.stringMatching(/^req_/u) as unknown,
        }),
        expect.objectContaining({ event: 'api_key_refused', reason: 'unknown_or_revoked' }),
        expect.objectContaining({ event: 'api_key_refused', reason: 'unknown_or_revoked' }),
      ]);
    });

    it('is there for its owner as before', async () => {
      const response = await fetch(`${stack.url}/v1/usage`, {
        headers: { 'x-api-key': ada.key },
      });
      expect(await response.json()).toMatchObject({ keyId: ada.id });
    });
  });

  describe('through the rules about keys', () => {
    it('cannot be revoked, and the log tells who tried', async () => {
      const before = securityLines().length;
      expect(await stack.keys.revoke(eve.userId, ada.id, TESTER)).toBe('unknown');
      expect(await stack.keys.revoke(eve.userId, nobody.id, TESTER)).toBe('unknown');
      expect(securityLines().slice(before)).toEqual(
        [ada.id, nobody.id].map((keyId) =>
          expect.objectContaining({
            event: 'foreign_key',
            keyId,
            userId: eve.userId,
            actor: TESTER.actor,
          }),
        ),
      );
      expect((await stack.keys.find(ada.id))?.revokedAt).toBeUndefined();
    });

    it('cannot be revoked past the rules, either', async () => {
      const repository = new KeysRepository(new KeysDatabase(pools.of('keys')), auditEvents);
      expect(await repository.revoke(eve.userId, ada.id, new Date(), TESTER)).toBe(false);
      expect(await repository.find(eve.userId, ada.id)).toBeUndefined();
      const listed = await repository.list(eve.userId);
      expect(listed.map(({ id }) => id)).toContain(eve.id);
      expect(new Set(listed.map(({ userId }) => userId))).toEqual(new Set([eve.userId]));
      expect((await stack.keys.find(ada.id))?.revokedAt).toBeUndefined();
    });

    it('is not counted for somebody else', async () => {
      const sql = new pg.Client({ connectionString: stack.databaseUrl });
      await sql.connect();
      await sql.query(
        `INSERT INTO usage_records VALUES ($1, gen_random_uuid(), $2, 'text:detect', 200, now())`,
        [ada.userId, ada.id],
      );
      await sql.end();
      const reader = new UsageReader(new BillingDatabase(pools.of('billing')));
      const today = new Date().toISOString().slice(0, 10);
      expect(await reader.byDay(ada.userId, ada.id, today, today)).toHaveLength(1);
      expect(await reader.byDay(eve.userId, ada.id, today, today)).toEqual([]);
    });
  });

  describe('in the database', () => {
    const tables = Object.entries(TENANCY_RULES.tenantTables);
    const tenantRoles = ROLES.filter((role) => role !== 'worker');

    beforeAll(async () => {
      const sql = new pg.Client({ connectionString: stack.databaseUrl });
      await sql.connect();
      const drain = new AuditDrain(new WorkerDatabase(pools.of('worker')));
      for (const { userId, id } of [ada, eve]) {
        await sql.query(`INSERT INTO quota_counters VALUES ($1, $2, current_date, 1)`, [
          userId,
          id,
        ]);
        await sql.query(
          `INSERT INTO usage_records VALUES ($1, gen_random_uuid(), $2, 'text:detect', 200, now())`,
          [userId, id],
        );
        await drain.drain(userId);
        await sql.query(
          `INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES ($1, gen_random_uuid(), '')`,
          [userId],
        );
        await sql.query(
          `INSERT INTO audit_quarantine VALUES ($1, 0, gen_random_uuid(), '', now(), 'a test')`,
          [userId],
        );
      }
      // Nothing would be seen in an empty table anyway.
      for (const [table, tenant] of tables) {
        const { rowCount } = await sql.query(`SELECT FROM ${table} WHERE ${tenant} = $1`, [
          ada.userId,
        ]);
        expect({ table, isEmpty: rowCount === 0 }).toEqual({ table, isEmpty: false });
      }
      await sql.end();
    });

    /** Sends a statement through the role's own door, as Eve. */
    const asEve = async (
      role: Exclude<Role, 'worker'>,
      statement: string,
    ): Promise<Record<string, unknown>[] | 'refused'> => {
      const door = new DOORS[role](pools.of(role));
      return door
        .withTenant(eve.userId, (tx) =>
          tx.$queryRawUnsafe<Record<string, unknown>[]>(statement),
        )
        .catch((error: unknown) => {
          expect(String(error)).toMatch(/permission denied|row-level security/u);
          return 'refused';
        });
    };

    it.each(tenantRoles)('no row of it is seen by the role %s', async (role) => {
      let readable = 0;
      for (const [table, tenant] of tables) {
        const rows = await asEve(
          role,
          `SELECT DISTINCT ${tenant}::text AS tenant FROM ${table}`,
        );
        if (rows === 'refused') continue;
        readable += 1;
        expect(rows.map((row) => row['tenant']).filter((id) => id !== eve.userId)).toEqual([]);
      }
      expect(readable).toBeGreaterThan(0);
    });

    it.each([
      ['vision', `UPDATE api_keys SET last_used_at = now() WHERE user_id = :ada RETURNING 1`],
      ['vision', `UPDATE quota_counters SET used = 0 WHERE user_id = :ada RETURNING 1`],
      ['keys', `UPDATE api_keys SET revoked_at = now() WHERE user_id = :ada RETURNING 1`],
      ['admin', `UPDATE api_keys SET revoked_at = now() WHERE user_id = :ada RETURNING 1`],
      ['webhook', `UPDATE users SET email = 'x@y.zz' WHERE id = :ada RETURNING 1`],
      ['console', `UPDATE user_identities SET name = 'x' WHERE user_id = :ada RETURNING 1`],
      [
        'console',
        `UPDATE sessions SET idle_expires_at = now() WHERE user_id = :ada RETURNING 1`,
      ],
      ['console', `DELETE FROM sessions WHERE user_id = :ada RETURNING 1`],
    ] as const)('no row of it is changed by the role %s: %s', async (role, statement) => {
      expect(await asEve(role, statement.replace(':ada', `'${ada.userId}'`))).toEqual([]);
    });

    it.each([
      [
        'vision',
        `INSERT INTO usage_records VALUES (:ada, gen_random_uuid(), 'k', 'text:detect', 200, now())`,
      ],
      ['vision', `INSERT INTO quota_counters VALUES (:ada, ':key', current_date + 1, 1)`],
      [
        'keys',
        `INSERT INTO api_keys (user_id, id, secret_hash, scopes) VALUES (:ada, 'k', sha256('x'), '{text:detect}')`,
      ],
      ['webhook', `INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'x@y.zz')`],
      [
        'console',
        `INSERT INTO user_identities (user_id, issuer, subject, email) VALUES (:ada, 'i', 's', 'x@y.zz')`,
      ],
      [
        'console',
        `INSERT INTO sessions (user_id, id, token_hash, issuer, id_token, expires_at, idle_expires_at)
         VALUES (:ada, gen_random_uuid(), sha256('x'), 'i', '', now(), now())`,
      ],
      [
        'console',
        `INSERT INTO session_directory VALUES (sha256('x'), :ada, gen_random_uuid())`,
      ],
      ['console', `INSERT INTO identity_directory VALUES ('i', 's', :ada)`],
      [
        'billing',
        `INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES (:ada, gen_random_uuid(), '{}')`,
      ],
    ] as const)('no row is added to it by the role %s: %s', async (role, statement) => {
      const sent = statement.replace(':ada', `'${ada.userId}'`).replace(':key', ada.id);
      expect(await asEve(role, sent)).toBe('refused');
    });
  });
});
