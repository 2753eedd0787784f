import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { type Answer, apiOf } from './support/api.js';
import { startStack, type Stack } from './support/stack.js';
import { whileUnderWay } from './support/under-way.js';

const URL = 'https://hooks.example.com/namoid';

describe('a webhook endpoint', () => {
  let stack: Stack;
  let realm: Realm;
  let api: ReturnType<typeof apiOf>;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack({ PRIVATE_NETWORK_CALLS: 'refuse' });
    realm = await stack.createOrganization('acme');
    api = apiOf(stack, realm);
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const create = async (body: object = { url: URL }): Promise<string> => {
    const made = await api('POST', 'webhooks', { body });
    expect(made.status).toBe(201);
    return `webhooks/${String(made.body['id'])}`;
  };

  const idOf = (path: string): string => path.replace('webhooks/', '');

  /** For how many seconds each of the old secrets signs on, the next to end first. */
  const retiring = async (path: string): Promise<number[]> => {
    const { rows } = await owner.query<{ seconds: number }>(
      `SELECT extract(epoch FROM expires_at - now())::float8 AS seconds
       FROM retiring_webhook_secrets WHERE endpoint_id = $1 ORDER BY expires_at`,
      [idOf(path)],
    );
    // Grace is asked for in whole minutes here, and some of it has gone by.
    return rows.map(({ seconds }) => Math.ceil(seconds / 60) * 60);
  };

  /** What the audit trail says of an endpoint since it was made. */
  const audited = async (path: string): Promise<object[]> => {
    const { rows } = await owner.query<{ action: string; details: object }>(
      `SELECT body::jsonb->>'action' AS action, body::jsonb->'details' AS details
       FROM audit_outbox WHERE body::jsonb->'target'->>'id' = $1 ORDER BY position`,
      [idOf(path)],
    );
    return rows.slice(1);
  };

  it('is read without its secret, and changed', async () => {
    const path = await create();
    const read = await api('GET', path);
    expect(read).toMatchObject({ status: 200, body: { url: URL, types: [], disabled: false } });
    expect(read.body).not.toHaveProperty('secret');

    const types = ['user.locked_out', 'user.deactivated'];
    const moved = { url: `${URL}/2`, types };
    expect(await api('PATCH', path, { body: moved })).toMatchObject({
      status: 200,
      body: { ...read.body, ...moved },
    });
    expect((await api('GET', path)).body).toEqual({ ...read.body, ...moved });
    const all = await api('PATCH', path, { body: { types: [] } });
    expect(all.body).toEqual({ ...read.body, url: moved.url });
    expect(await audited(path)).toEqual([
      {
        action: 'webhook_endpoint.updated',
        details: { mode: 'live', fields: ['url', 'types'] },
      },
      { action: 'webhook_endpoint.updated', details: { mode: 'live', fields: ['types'] } },
    ]);
  });

  it('is not written to where it is like that already', async () => {
    const path = await create();
    for (const body of [{}, { url: URL }, { url: URL, types: [] }]) {
      expect((await api('PATCH', path, { body })).status).toBe(200);
    }
    const both = ['user.locked_out', 'user.deactivated'];
    const other = await create({ url: URL, types: both });
    await api('PATCH', other, { body: { types: both.toReversed() } });
    expect(await audited(other)).toEqual([]);
    // Another does the same at this moment.
    const types = ['user.locked_out'];
    const sql = 'UPDATE webhook_endpoints SET types = $2 WHERE id = $1';
    const parameters = [idOf(path), types];
    const { result, waited } = await whileUnderWay(stack.databaseUrl, { sql, parameters }, () =>
      api('PATCH', path, { body: { types } }),
    );
    expect(waited).toBe(true);
    expect(result).toMatchObject({ status: 200, body: { types } });
    expect(await audited(path)).toEqual([]);
  });

  it('is disabled and enabled, once each', async () => {
    const path = await create();
    for (const disabled of [true, true, false, false]) {
      const done = await api('POST', `${path}/${disabled ? 'disable' : 'enable'}`);
      expect(done).toMatchObject({ status: 200, body: { disabled } });
      expect((await api('GET', path)).body).toEqual(done.body);
    }
    expect(await audited(path)).toEqual([
      { action: 'webhook_endpoint.disabled', details: { mode: 'live' } },
      { action: 'webhook_endpoint.enabled', details: { mode: 'live' } },
    ]);
  });

  it('is given a new secret, shown once', async () => {
    const path = await create();
    const headers = { 'idempotency-key': randomUUID() };
    const body = { graceSeconds: 600 };
    const began = Date.now();
    const rotated = await api('POST', `${path}/secrets`, { body, headers });
    expect(rotated).toMatchObject({
      status: 201,
      body: { secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/u) },
    });
    const endsAt = Date.parse(String(rotated.body['graceEndsAt']));
    expect(endsAt).toBeGreaterThanOrEqual(began + 600_000);
    expect(endsAt).toBeLessThanOrEqual(Date.now() + 600_000);
    expect((await api('GET', path)).body).not.toHaveProperty('secret');
    // What was lost on its way is asked for again, and nothing is rotated.
    const again = await api('POST', `${path}/secrets`, { body, headers });
    expect(again.body).toEqual(rotated.body);
    expect(await retiring(path)).toHaveLength(1);
    const details = { mode: 'live', graceSeconds: 600 };
    expect(await audited(path)).toEqual([
      { action: 'webhook_endpoint.secret_rotated', details },
    ]);
    // A shorter grace is one for the older secrets, too; a longer one leaves them theirs.
    for (const [graceSeconds, ends] of [
      [60, [60, 60]],
      [3_600, [60, 60, 3_600]],
    ] as const) {
      await api('POST', `${path}/secrets`, { body: { graceSeconds } });
      expect(await retiring(path)).toEqual(ends);
    }
    expect((await api('DELETE', path)).status).toBe(204);
    expect(await retiring(path)).toEqual([]);
  });

  it('keeps the secret that another has just been given', async () => {
    const path = await create();
    const sql = `UPDATE webhook_endpoints SET secret_box = '\\x01' WHERE id = $1`;
    const parameters = [idOf(path)];
    const { waited } = await whileUnderWay(stack.databaseUrl, { sql, parameters }, () =>
      api('POST', `${path}/secrets`, { body: {} }),
    );
    expect(waited).toBe(true);
    const { rows } = await owner.query(
      'SELECT secret_box AS box FROM retiring_webhook_secrets WHERE endpoint_id = $1',
      [idOf(path)],
    );
    expect(rows).toEqual([{ box: Buffer.of(1) }]);
  });

  it('has no more secrets than receivers look at, until the old ones are ended', async () => {
    const path = await create();
    const rotate = async (body: object): Promise<Answer> =>
      api('POST', `${path}/secrets`, { body });
    for (let more = 0; more < 9; more += 1) expect((await rotate({})).status).toBe(201);
    expect(await rotate({ graceSeconds: 60 })).toMatchObject({
      status: 409,
      body: { code: 'too_many_secrets' },
    });
    // What was refused has changed nothing.
    expect(await retiring(path)).toEqual(Array.from({ length: 9 }, () => 86_400));
    expect((await rotate({ graceSeconds: 0 })).status).toBe(201);
    expect(await retiring(path)).toEqual([]);
    // Without a body it is a day.
    expect((await api('POST', `${path}/secrets`)).status).toBe(201);
    expect(await retiring(path)).toEqual([86_400]);
    for (const graceSeconds of [-1, 0.5, 604_801, '60']) {
      expect(await rotate({ graceSeconds })).toMatchObject({ status: 400 });
    }
  });

  it.each([
    [{ url: 'http://hooks.example.com/' }, 'url'],
    [{ url: 'ftp://hooks.example.com/' }, 'url'],
    [{ url: 'https://user:password@hooks.example.com/' }, 'url'],
    [{ url: 'https://hooks.example.com/#part' }, 'url'],
    [{ types: ['user.sneezed'] }, 'types.0'],
    [{ disabled: true }, 'disabled'],
    [{ secret: 'whsec_x' }, 'secret'],
  ])('is neither made nor changed with %j', async (settings, field) => {
    const path = await create();
    for (const refused of [
      await api('POST', 'webhooks', { body: { url: URL, ...settings } }),
      await api('PATCH', path, { body: settings }),
    ]) {
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect(refused.body['errors']).toContainEqual(expect.objectContaining({ path: field }));
    }
    expect((await api('GET', path)).body).toMatchObject({ url: URL, types: [] });
    expect(await audited(path)).toEqual([]);
  });
});
