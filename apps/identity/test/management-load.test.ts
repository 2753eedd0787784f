import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { AttemptLimits } from '../src/limits/attempt-limits.js';
import { CALL_RATES, callBuckets } from '../src/management/call-rates.js';
import { type Realm } from '../src/realms/realm.js';
import { type ServiceProcess, startServiceProcess } from './support/service-process.js';
import { startStack, type Stack } from './support/stack.js';

/** Requests with one key that come at once, half of them to each process. */
const TWINS = 8;
const TRIALS = 10;
const USERS = 10_000;

interface Init extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

/** The management API under many calls, from this process and another one. */
describe('the management API, called a lot', () => {
  let stack: Stack;
  let other: ServiceProcess;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    other = await startServiceProcess(stack);
  });
  afterAll(async () => {
    await other.stop();
    await owner.end();
    await stack.stop();
  });

  /** A call by the same token each time. */
  async function caller(
    realm: Realm,
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<(path: string, init?: Init, origin?: string) => Promise<Response>> {
    const authorization = `Bearer ${await stack.managementToken(realm, claims)}`;
    return (path, init = {}, origin = stack.url) =>
      fetch(`${origin}/${realm.slug}/api/v1/${path}`, {
        ...init,
        headers: { authorization, ...init.headers },
      });
  }

  /** Rows of users that were read so far, by whatever way. */
  async function rowsRead(): Promise<number> {
    const { rows } = await owner.query<{ read: number }>(
      `SELECT (seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_user_tables
       WHERE relname = 'users'`,
    );
    return rows[0]?.read ?? Number.NaN;
  }

  it('does once what two processes are asked for at once with one Idempotency-Key', async () => {
    const realm = await stack.createOrganization('twins');
    const call = await caller(realm);
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const name = `Application ${trial}`;
      const body = JSON.stringify({
        type: 'machine',
        name,
        tokenEndpointAuthMethod: 'client_secret_basic',
        grantTypes: ['client_credentials'],
      });
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      };
      const answers = await Promise.all(
        Array.from({ length: TWINS }, async (_, index) => {
          const origin = index % 2 === 0 ? stack.url : other.url;
          const answer = await call('applications', { method: 'POST', headers, body }, origin);
          return { status: answer.status, body: await answer.text() };
        }),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
      const { rowCount } = await owner.query(
        'SELECT 1 FROM applications WHERE org_id = $1 AND name = $2',
        [realm.orgId, name],
      );
      expect(rowCount).toBe(1);
    }
  });

  describe('takes so many calls and no more', () => {
    const statusesOf = async (
      calls: readonly Promise<Response>[],
    ): Promise<{ status: number; retryAfter: number; code: unknown }[]> =>
      Promise.all(
        calls.map(async (call) => {
          const answer = await call;
          const { code } = (await answer.json()) as { code?: unknown };
          const retryAfter = Number(answer.headers.get('retry-after'));
          return { status: answer.status, retryAfter, code };
        }),
      );

    it('by one caller, in all processes together', async () => {
      const realm = await stack.createOrganization('busy');
      const call = await caller(realm);
      const { clientId } = await stack.createApplication(realm);
      const neighbour = await caller(realm, { client_id: clientId, sub: clientId });
      const begun = performance.now();
      const { burst, ratePerSecond } = CALL_RATES.caller;
      const answers = await statusesOf(
        Array.from({ length: 3 * burst }, (_, index) =>
          call('organization', {}, index % 2 === 0 ? stack.url : other.url),
        ),
      );
      const seconds = (performance.now() - begun) / 1_000;
      const refused = answers.filter(({ status }) => status !== 200);
      const taken = answers.length - refused.length;
      expect(taken).toBeGreaterThanOrEqual(burst);
      expect(taken).toBeLessThanOrEqual(burst + Math.ceil(ratePerSecond * seconds));
      for (const refusal of refused) {
        expect(refusal).toMatchObject({ status: 429, code: 'rate_limited' });
        expect(refusal.retryAfter).toBeGreaterThanOrEqual(1);
      }
      expect(refused.length).toBeGreaterThan(0);
      expect((await neighbour('organization')).status).toBe(200);
    });

    it('in one organization, and leaves the others alone', async () => {
      const [realm, quiet] = [
        await stack.createOrganization('noisy'),
        await stack.createOrganization('quiet'),
      ];
      const [call, elsewhere] = [await caller(realm), await caller(quiet)];
      const [, ofRealm] = callBuckets(realm, { clientId: 'other', subject: 'other' });
      if (ofRealm === undefined) throw new Error('a realm has a bucket');
      const limits = stack.get(AttemptLimits);
      // What comes back meanwhile is taken at once, by many that are always waiting for it.
      let over = false;
      const others = Array.from({ length: 50 }, async () => {
        for (let first = true; !over || first; first = false) {
          await Promise.all(Array.from({ length: 40 }, () => limits.take([ofRealm])));
        }
      });
      try {
        while ((await limits.take([ofRealm])).allowed);
        const answers = await statusesOf(
          Array.from({ length: 20 }, () => call('organization')),
        );
        expect(answers).toContainEqual(
          expect.objectContaining({ status: 429, code: 'rate_limited' }),
        );
        expect((await elsewhere('organization')).status).toBe(200);
      } finally {
        over = true;
        await Promise.all(others);
      }
    });

    it('and counts nobody for a token that is none of ours', async () => {
      const realm = await stack.createOrganization('strange');
      const call = await caller(realm, { iss: 'https://elsewhere.example.com' });
      const answers = await statusesOf(
        Array.from({ length: CALL_RATES.caller.burst + 20 }, () => call('organization')),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    });
  });

  it('leads through ten thousand rows, each seen once, and reads each once', async () => {
    const realm = await stack.createOrganization('crowd');
    const call = await caller(realm);
    // Seven share each moment, so that pages begin and end in the middle of one.
    await owner.query(
      `INSERT INTO users (org_id, id, mode, email, email_verified, status, created_at)
       SELECT $1, gen_random_uuid(), 'live', 'user-' || n || '@example.com', true, 'active',
         timestamptz '2026-01-01' + make_interval(secs => n / 7)
       FROM generate_series(1, $2::int) AS n`,
      [realm.orgId, USERS],
    );
    await owner.query('ANALYZE users');
    const { rows } = await owner.query<{ id: string }>(
      'SELECT id FROM users WHERE org_id = $1 ORDER BY created_at DESC, id DESC',
      [realm.orgId],
    );
    const before = await rowsRead();

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await call(`users?limit=100${more}`, {}, other.url);
      expect(answer.status).toBe(200);
      const page = (await answer.json()) as {
        items: { id: string }[];
        nextCursor: string | null;
      };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      // Who comes meanwhile is newer than all that is still to be read.
      await owner.query(
        `INSERT INTO users (org_id, id, mode, email)
         VALUES ($1, gen_random_uuid(), 'live', $2)`,
        [realm.orgId, `${randomUUID()}@example.com`],
      );
    }
    expect(seen).toEqual(rows.map(({ id }) => id));

    // Connections say what they have read at the latest when they end.
    await other.stop();
    const read = (await rowsRead()) - before;
    expect(read).toBeGreaterThanOrEqual(USERS);
    // And once above, to compare. By pages that begin at the first row each, it would be half a
    // million.
    expect(read).toBeLessThan(5 * USERS);
  });
});
