import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { apiOf, WEB } from './support/api.js';
import { auditedActions } from './support/audited.js';
import { startStack, type Stack } from './support/stack.js';

describe('what the management API is asked twice', () => {
  let stack: Stack;
  let realm: Realm;
  let api: ReturnType<typeof apiOf>;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    api = apiOf(stack, realm);
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const audited = (target: unknown): Promise<string[]> => auditedActions(owner, target);

  it('changes nothing a second time where somebody is out, or in again, already', async () => {
    const { id } = await stack.createUser(realm, 'twice@example.com');
    const { clientId } = await stack.createApplication(realm);
    const operations = [
      [`users/${id}`, 'deactivate', 'activate'],
      [`applications/${clientId}`, 'disable', 'enable'],
    ] as const;
    for (const [path, ...verbs] of operations)
      for (const verb of verbs) {
        const first = await api('POST', `${path}/${verb}`);
        expect(first.status).toBe(200);
        expect(await api('POST', `${path}/${verb}`)).toMatchObject({
          status: 200,
          body: first.body,
        });
      }
    expect(await audited(id)).toEqual(['user.created', 'user.deactivated', 'user.activated']);
    expect(await audited(clientId)).toEqual([
      'application.created',
      'application.disabled',
      'application.enabled',
    ]);
    const events = (await api('GET', 'security-events')).body['items'] as {
      subject: unknown;
    }[];
    expect(events.filter(({ subject }) => subject === id)).toHaveLength(1);
    const nobody = `users/${randomUUID()}`;
    expect((await api('POST', `${nobody}/deactivate`)).status).toBe(404);
    expect((await api('POST', `${nobody}/activate`)).status).toBe(404);
  });

  describe('with an Idempotency-Key', () => {
    const once = (key: string, body: unknown = WEB): Promise<Awaited<ReturnType<typeof api>>> =>
      api('POST', 'applications', { body, headers: { 'idempotency-key': key } });

    it('gives the same answer again, the secret too, and does nothing twice', async () => {
      const key = randomUUID();
      const first = await once(key);
      const again = await once(key);
      expect(first.status).toBe(201);
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(await audited(first.body['clientId'])).toEqual(['application.created']);
    });

    it('does it once for all that come at the same moment', async () => {
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => once(key)));
      const ids = new Set(answers.map(({ body }) => body['clientId']));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
      expect(ids.size).toBe(1);
    });

    it('keeps the answer where nobody can read it', async () => {
      const key = randomUUID();
      const { body } = await once(key);
      const { rows } = await owner.query<{ box: Buffer }>(
        'SELECT answer_box AS box FROM idempotency_keys WHERE key = $1',
        [key],
      );
      expect(rows[0]?.box.includes(String(body['clientSecret']))).toBe(false);
    });

    it('refuses another request with the same key', async () => {
      const key = randomUUID();
      await once(key);
      expect(await once(key, { ...WEB, name: 'Other' })).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused' },
      });
    });

    it('remembers nothing of a request that failed', async () => {
      const key = randomUUID();
      expect((await once(key, { ...WEB, redirectUris: [] })).status).toBe(400);
      expect((await once(key)).status).toBe(201);
    });

    it('is another one in another organization', async () => {
      const key = randomUUID();
      const mine = await once(key);
      const other = apiOf(stack, await stack.createOrganization('idem'));
      const theirs = await other('POST', 'applications', {
        body: WEB,
        headers: { 'idempotency-key': key },
      });
      expect(theirs.status).toBe(201);
      expect(theirs.body['clientId']).not.toBe(mine.body['clientId']);
    });
  });
});
