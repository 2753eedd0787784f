import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RefreshExchange } from '@nomo/oauth-engine';
import { sha256Digest } from '@nomo/security-core';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { OPERATOR, type Origin } from '../src/audit/origin.js';
import { OAuthContexts } from '../src/oauth/contexts/oauth-contexts.js';
import { RefreshTokens } from '../src/oauth/store/refresh-tokens.js';
import { type Realm } from '../src/realms/realm.js';
import { plantExchange, plantUser, type SignedIn } from './support/planted.js';
import { startStack, type Stack } from './support/stack.js';

describe('refresh tokens that are exchanged together', () => {
  const origin: Origin = { ...OPERATOR, ip: '192.0.2.1' };
  let stack: Stack;
  let realm: Realm;
  let ada: SignedIn;
  let owner: pg.Client;
  let clientId: string;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await plantUser(stack, realm);
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    const application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    ({ clientId } = application);
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const exchangeOf = (): Promise<RefreshExchange> => plantExchange(stack, realm, clientId, ada);
  const again = (exchange: RefreshExchange): RefreshExchange => ({
    ...exchange,
    successor: { ...exchange.successor, digest: sha256Digest(randomUUID()) },
  });
  const exchange = (of: RefreshExchange, by: Origin = origin): Promise<boolean> =>
    stack.get(RefreshTokens).exchange(realm, by, of);
  const together = async (
    exchanges: readonly RefreshExchange[],
  ): Promise<readonly (boolean | string)[]> => {
    const settled = await Promise.allSettled(exchanges.map((one) => exchange(one)));
    return settled.map((one) =>
      one.status === 'fulfilled' ? one.value : (one.reason as Error).name,
    );
  };
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  /** What is left of an exchange: successors and events, by grant. */
  const traces = async (
    exchanges: readonly RefreshExchange[],
  ): Promise<readonly (readonly [number, number])[]> =>
    Promise.all(
      exchanges.map(async ({ successor: { digest, grantId } }) => {
        const { rows } = await owner.query<{ successors: number; events: number }>(
          `SELECT (SELECT count(*)::int FROM refresh_tokens WHERE digest = $2) AS successors,
            (SELECT count(*)::int FROM audit_outbox
              WHERE body::jsonb ->> 'action' = 'grant.refreshed' AND position($1 in body) > 0
            ) AS events`,
          [grantId, digest],
        );
        return [rows[0]?.successors ?? -1, rows[0]?.events ?? -1] as const;
      }),
    );

  it('share a transaction, each with its successor and its event', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => exchangeOf()));
    expect(await together(all)).toEqual([true, true, true, true, true]);
    expect(await traces(all)).toEqual(all.map(() => [1, 1]));
    const { rows } = await owner.query<{ transactions: number }>(
      'SELECT count(DISTINCT xmin::text)::int AS transactions FROM refresh_tokens WHERE digest = ANY($1)',
      [all.map(({ successor }) => successor.digest)],
    );
    expect(rows).toEqual([{ transactions: 1 }]);
  });

  it('are not exchanged where they were before, expired, or are of a dead or another family: the others are', async () => {
    const used = await exchangeOf();
    expect(await exchange(used)).toBe(true);
    const [good, expired, dead, astray, other] = await Promise.all(
      Array.from({ length: 5 }, () => exchangeOf()),
    );
    if (!good || !expired || !dead || !astray || !other) throw new Error('there are five');
    await owner.query(
      "UPDATE refresh_tokens SET expires_at = now() - interval '1 hour' WHERE digest = $1",
      [expired.digest],
    );
    await owner.query('UPDATE grants SET revoked_at = now() WHERE id = $1', [
      dead.successor.grantId,
    ]);
    const { grantId } = other.successor;
    const elsewhereTo = { ...astray, successor: { ...astray.successor, grantId } };
    const all = [again(used), expired, good, dead, elsewhereTo];
    expect(await together(all)).toEqual([false, false, true, false, false]);
    expect(await traces(all)).toEqual([
      [0, 1],
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it('are one branch, however many exchange one of them at the same time', async () => {
    const one = await exchangeOf();
    const all = [one, ...Array.from({ length: 9 }, () => again(one))];
    const won = await together(all);
    expect(won.filter((each) => each === true)).toHaveLength(1);
    expect(won.filter((each) => each === false)).toHaveLength(9);
    const left = await traces(all);
    expect(left.map(([successors]) => successors).filter((count) => count === 1)).toHaveLength(
      1,
    );
    expect(left.every(([, events]) => events === 1)).toBe(true);
  });

  it('are none the worse for one whose event cannot be recorded', async () => {
    const [good, bad] = await Promise.all([exchangeOf(), exchangeOf()]);
    const results = await Promise.allSettled([
      exchange(bad, { ...origin, ip: 'no address' }),
      exchange(good),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await traces([bad, good])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('do not wait for the families of those that somebody holds', async () => {
    const [one, other, ...free] = await Promise.all(
      Array.from({ length: 6 }, () => exchangeOf()),
    );
    if (!one || !other) throw new Error('there are six');
    const held = [one, other];
    const families = held.map(({ successor }) => successor.grantId);
    await owner.query('BEGIN');
    await owner.query('SELECT FROM grants WHERE id = ANY($1) FOR UPDATE', [families]);
    const waiting = [exchange(one)];
    try {
      await pause();
      waiting.push(exchange(other));
      await pause();
      expect(await together(free)).toEqual(free.map(() => true));
      await owner.query('UPDATE grants SET revoked_at = now() WHERE id = ANY($1)', [families]);
    } finally {
      await owner.query('COMMIT');
    }
    expect(await Promise.all(waiting)).toEqual([false, false]);
    expect(await traces(held)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('are of their own side alone', async () => {
    const good = await exchangeOf();
    const { store } = await stack.get(OAuthContexts).of(await stack.realm('acme-test'), {});
    expect(await store.exchangeRefreshToken(good)).toBe(false);
    expect(await traces([good])).toEqual([[0, 0]]);
    expect(await exchange(good)).toBe(true);
  });

  it('are looked up by their key, however few there were when that was planned', async () => {
    const find = async (exchanges: readonly RefreshExchange[]): Promise<void> => {
      const tokens = stack.get(RefreshTokens);
      await Promise.all(exchanges.map(({ digest }) => tokens.find(realm, digest)));
    };
    // The worst that PostgreSQL may think when it plans: that the table is empty.
    await owner.query('TRUNCATE refresh_tokens');
    const few = await Promise.all(Array.from({ length: 60 }, () => exchangeOf()));
    await owner.query('ANALYZE refresh_tokens, grants');
    await find(few);
    expect(await together(few)).toEqual(few.map(() => true));
    await owner.query(
      `INSERT INTO refresh_tokens (org_id, digest, grant_id, issued_at, expires_at)
       SELECT $1, sha256(n::text::bytea), $2, now(), now() + interval '1 day'
       FROM generate_series(1, 5000) AS n`,
      [realm.orgId, few[0]?.successor.grantId],
    );
    const read = async (): Promise<{ exchanged: number; rows: number }> => {
      const { rows } = await owner.query<{ exchanged: number; rows: number }>(
        `SELECT (SELECT sum(n_tup_upd) FROM pg_stat_user_tables
            WHERE relname LIKE 'refresh_tokens_p%')::int AS exchanged,
          ((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes
            WHERE relname LIKE 'refresh_tokens_p%') +
           (SELECT sum(seq_tup_read) FROM pg_stat_user_tables
            WHERE relname LIKE 'refresh_tokens_p%'))::int AS rows`,
      );
      return rows[0] ?? { exchanged: 0, rows: 0 };
    };
    const before = await read();
    let { exchanged, rows } = { exchanged: 0, rows: 0 };
    // PostgreSQL's processes say what they have done about once a second.
    for (const end = Date.now() + 15_000; exchanged < 20 && Date.now() < end;) {
      const pair = [await exchangeOf(), await exchangeOf()];
      await find(pair);
      expect(await together(pair)).toEqual([true, true]);
      const after = await read();
      exchanged = after.exchanged - before.exchanged;
      rows = after.rows - before.rows;
    }
    expect(exchanged).toBeGreaterThanOrEqual(20);
    expect(rows).toBeLessThan(10 * exchanged);
  }, 30_000);
});
