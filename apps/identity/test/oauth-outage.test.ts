import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { startPostgres, type PrivatePostgres } from '@nomo/local/testing';
import { type RefreshExchange } from '@nomo/oauth-engine';
import pg from 'pg';
import { OPERATOR } from '../src/audit/origin.js';
import { DatabaseAway } from '../src/database/database-away.js';
import { RefreshTokens } from '../src/oauth/store/refresh-tokens.js';
import { type Realm } from '../src/realms/realm.js';
import { KEYS_KEPT_MS } from '../src/signing-keys/signing-keys.service.js';
import { authorizeUrl } from './support/browser.js';
import { redeem, refresh } from './support/oauth-client.js';
import {
  plantCode,
  plantExchange,
  plantGrant,
  plantUser,
  type SignedIn,
} from './support/planted.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';
import { isBlocked } from './support/under-way.js';

describe('while PostgreSQL is away', () => {
  let postgres: PrivatePostgres;
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    postgres = await startPostgres();
    stack = await startStack({}, { postgres });
    realm = await stack.createOrganization('acme');
    application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    ada = await plantUser(stack, realm);
  });
  afterAll(() => stack.stop());

  async function untilBack(): Promise<void> {
    for (;;) {
      const ready = await fetch(`${stack.url}/health/ready`).catch(() => undefined);
      if (ready?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('answers 503 and when to come back, and the same code and token work then', async () => {
    const code = await plantCode(stack, realm, application.clientId, ada);
    const { refreshToken } = await plantGrant(stack, realm, application.clientId, ada);
    // The application and its keys are known to the process: only the grant has to be asked for.
    await redeem(realm, application, 'no code');

    await postgres.kill();
    for (const answer of [
      await redeem(realm, application, code),
      await refresh(realm, application, refreshToken),
    ]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(answer.body).toMatchObject({
        code: 'unavailable',
        error: 'temporarily_unavailable',
        error_description: expect.stringMatching(/Retry after/u),
      });
    }
    const page = await fetch(authorizeUrl(realm, application.clientId, { scope: 'openid' }), {
      redirect: 'manual',
    });
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '1']);

    await postgres.start();
    await untilBack();
    expect((await redeem(realm, application, code)).status).toBe(200);
    expect((await refresh(realm, application, refreshToken)).status).toBe(200);
  });

  describe('goes on saying what a realm is and which keys it has', () => {
    const read = async (): Promise<unknown[]> =>
      Promise.all(
        [
          `${realm.issuer}/.well-known/openid-configuration`,
          `${stack.url}/.well-known/oauth-authorization-server/${realm.slug}`,
          `${realm.issuer}/jwks`,
        ].map(async (document) => {
          const answer = await fetch(document, { signal: AbortSignal.timeout(4_000) });
          return [answer.status, (await answer.json()) as unknown] as const;
        }),
      );
    /** Longer than anything is used without being read again. */
    const nothingIsFresh = (): Promise<unknown> =>
      new Promise((resolve) => setTimeout(resolve, KEYS_KEPT_MS + 500));

    it('while PostgreSQL is stopped; what needs it says 503', async () => {
      const before = await read();
      const token = await stack.managementToken(realm);
      await postgres.kill();
      try {
        await nothingIsFresh();
        expect(await read()).toEqual(before);
        expect(await read()).toEqual(before);
        for (const path of ['elsewhere/jwks', 'elsewhere/userinfo']) {
          const unknown = await fetch(`${stack.url}/${path}`);
          expect(unknown.status).toBe(503);
          expect(await unknown.json()).toMatchObject({ error: 'temporarily_unavailable' });
        }
        const api = await fetch(`${realm.issuer}/api/v1/users`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(api.status).toBe(503);
      } finally {
        await postgres.start();
      }
      await untilBack();
      expect(await read()).toEqual(before);
    });

    it('while PostgreSQL takes questions and does not answer', async () => {
      const before = await read();
      const locker = new pg.Client({ connectionString: stack.databaseUrl });
      await locker.connect();
      await locker.query(`BEGIN; LOCK TABLE organization_directory, organizations,
        signing_keys, resource_servers IN ACCESS EXCLUSIVE MODE`);
      try {
        await nothingIsFresh();
        expect(await read()).toEqual(before);
        expect(await read()).toEqual(before);
      } finally {
        await locker.end();
      }
    });
  });

  describe('of rotations that share a transaction', () => {
    let exchanges: readonly RefreshExchange[];
    let watcher: pg.Client;
    let other: pg.Client;

    beforeEach(async () => {
      exchanges = await Promise.all(
        Array.from({ length: 8 }, () => plantExchange(stack, realm, application.clientId, ada)),
      );
      [watcher, other] = await Promise.all([connectAsAdmin(), connectAsAdmin()]);
    });
    afterEach(() => Promise.allSettled([watcher.end(), other.end()]));

    const connectAsAdmin = async (): Promise<pg.Client> => {
      const url = new URL(postgres.adminUrl);
      url.pathname = new URL(stack.databaseUrl).pathname;
      const client = new pg.Client({ connectionString: url.href });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    };
    const exchangeAll = (): Promise<unknown[]> =>
      Promise.all(
        exchanges.map((exchange) =>
          stack
            .get(RefreshTokens)
            .exchange(realm, OPERATOR, exchange)
            .catch((error: unknown) => error),
        ),
      );

    it('takes back all, where it goes before they are committed', async () => {
      // All are exchanged by then, and cannot write down that they were.
      await other.query('BEGIN; LOCK TABLE audit_outbox IN ACCESS EXCLUSIVE MODE');
      let ended = false;
      const under = exchangeAll().finally(() => (ended = true));
      expect(await isBlocked(watcher, () => ended)).toBe(true);
      await postgres.kill();
      expect(await under).toEqual(exchanges.map(() => expect.any(DatabaseAway)));

      await postgres.start();
      await untilBack();
      expect(await exchangeAll()).toEqual(exchanges.map(() => true));
    });

    it('finds that all are done, where it goes after the commit and before it says so', async () => {
      /** Those that have committed, and wait for a standby that there is not. */
      const silent = async (): Promise<number[]> => {
        const { rows } = await watcher.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
        );
        return rows.map(({ pid }) => pid);
      };
      const untilSilent = async (count: number): Promise<void> => {
        while ((await silent()).length < count) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      await watcher.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
      await watcher.query('SELECT pg_reload_conf()');
      // The setting counts from when a commit is the first to wait.
      const first = (async () => {
        for (;;) await other.query("SELECT pg_logical_emit_message(true, 'first', '')");
      })().catch(() => undefined);
      await untilSilent(1);

      const under = exchangeAll();
      await untilSilent(2);
      for (const pid of await silent()) {
        await watcher.query('SELECT pg_terminate_backend($1)', [pid]);
      }
      await watcher.query('ALTER SYSTEM RESET synchronous_standby_names');
      await watcher.query('SELECT pg_reload_conf()');
      await first;
      expect(await under).toEqual(exchanges.map(() => true));
      const { rows } = await watcher.query(
        'SELECT count(*)::int AS successors FROM refresh_tokens WHERE digest = ANY($1)',
        [exchanges.map(({ successor }) => successor.digest)],
      );
      expect(rows).toEqual([{ successors: exchanges.length }]);
      expect(await exchangeAll()).toEqual(exchanges.map(() => false));
    });
  });

  it('takes back a rotation that is broken off in the middle', async () => {
    const grants = await Promise.all(
      Array.from({ length: 8 }, () => plantGrant(stack, realm, application.clientId, ada)),
    );
    const under = Promise.all(
      grants.map(({ refreshToken }) => refresh(realm, application, refreshToken)),
    );
    await new Promise((resolve) => setTimeout(resolve, 4));
    await postgres.kill();
    const answers = await under;
    await postgres.start();
    await untilBack();
    for (const [index, answer] of answers.entries()) {
      expect([200, 503]).toContain(answer.status);
      const next = answer.body.refresh_token ?? grants[index]?.refreshToken ?? '';
      const after = await refresh(realm, application, next);
      // A commit whose answer was lost is a replay when it is tried again; nothing else is lost.
      if (answer.status === 200) expect(after.status).toBe(200);
      else expect([200, 400]).toContain(after.status);
    }
  });
});
