import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { apiOf } from './support/api.js';
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

  /** What the audit trail says of an endpoint since it was made. */
  const audited = async (path: string): Promise<object[]> => {
    const { rows } = await owner.query<{ action: string; details: object }>(
      `SELECT body::jsonb->>'action' AS action, body::jsonb->'details' AS details
       FROM audit_outbox WHERE body::jsonb->'target'->>'id' = $1 ORDER BY position`,
      [path.replace('webhooks/', '')],
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
    // Another does the same at this moment.
    const types = ['user.locked_out'];
    const sql = 'UPDATE webhook_endpoints SET types = $2 WHERE id = $1';
    const parameters = [path.replace('webhooks/', ''), types];
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

  it.each([
    [{ url: 'http://hooks.example.com/' }, 'url'],
    [{ url: 'ftp://hooks.example.com/' }, 'url'],
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
