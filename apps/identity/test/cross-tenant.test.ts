import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ConsentsRepository } from '../src/consents/consents.repository.js';
import { Tenants } from '../src/database/database.js';
import { type Realm } from '../src/realms/realm.js';
import { apiOf } from './support/api.js';
import { plantGrant } from './support/planted.js';
import { startSession } from './support/sessions.js';
import { startStack, type Stack } from './support/stack.js';

/** Bodies that each operation takes, so that nothing is refused before the id is looked for. */
const BODIES: Readonly<Record<string, unknown>> = {
  'PATCH /applications/{clientId}': { name: 'Taken over' },
  'POST /applications/{clientId}/secrets': {},
  'PATCH /resources/{id}': { name: 'Taken over' },
  'PATCH /users/{id}': { name: 'Taken over' },
  'PATCH /webhooks/{id}': { url: 'http://127.0.0.1:1/taken-over' },
  'POST /webhooks/{id}/secrets': {},
  'PUT /users/{id}/password': { password: 'violet-harbour-71-lantern' },
};

/** Every operation that has an id in its path, with the ids of another organization and mode. */
describe('what belongs to another', () => {
  let stack: Stack;
  let mine: Realm;
  let theirs: Realm;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    mine = await stack.createOrganization('mine');
    theirs = await stack.createOrganization('theirs');
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  /** One of everything in a realm, by the first part of its path. */
  async function furnish(realm: Realm): Promise<Record<string, string>> {
    const api = apiOf(stack, realm);
    const { clientId } = await stack.createApplication(realm);
    const user = await stack.createUser(realm);
    const resource = await api('POST', 'resources', {
      body: { identifier: 'https://api.example.com', name: 'API' },
    });
    const webhook = await api('POST', 'webhooks', { body: { url: 'http://127.0.0.1:1/' } });
    const [session, consent] = await stack.get(Tenants).withTenant(realm.orgId, async (tx) => {
      const started = await startSession(stack, tx, realm, user.id);
      const consents = stack.get(ConsentsRepository);
      const of = { userId: user.id, clientId };
      const origin = { ip: undefined, userAgent: undefined };
      await consents.save(tx, realm, {
        ...of,
        ...origin,
        resourceScopes: [],
        scopes: ['openid'],
        now: new Date(),
      });
      const [saved] = await consents.list(tx, realm, { ...of, position: undefined, most: 1 });
      return [started.session.id, saved?.id ?? ''];
    });
    const { grantId } = await plantGrant(stack, realm, clientId, { user, sessionId: session });
    return {
      applications: clientId,
      users: user.id,
      resources: String(resource.body['id']),
      webhooks: String(webhook.body['id']),
      sessions: session,
      consents: consent,
      grants: grantId,
    };
  }

  const snapshot = async (orgId: string): Promise<unknown> => {
    const tables = [
      'applications',
      'application_secrets',
      'users',
      'resource_servers',
      'webhook_endpoints',
      'retiring_webhook_secrets',
      'sessions',
      'consents',
      'grants',
    ];
    const rows = tables.map(async (table) => {
      const result = await owner.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM ${table} AS t WHERE org_id = $1 ORDER BY to_jsonb(t)::text`,
        [orgId],
      );
      return [table, result.rows];
    });
    return Object.fromEntries((await Promise.all(rows)) as [string, unknown][]);
  };

  it.each(['another organization', 'the other mode'])(
    'is as absent as what never was: %s',
    async (whose) => {
      const realm = whose === 'the other mode' ? await stack.realm('mine-test') : theirs;
      const ids = await furnish(realm);
      const before = await snapshot(realm.orgId);
      const api = apiOf(stack, mine);
      const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const walked: string[] = [];
      for (const [path, methods] of Object.entries(document.paths)) {
        const [, rest = ''] = /^\/\{org\}\/api\/v1(\/.*\{.*)$/u.exec(path) ?? [];
        if (rest === '') continue;
        for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
          const operation = `${method} ${rest}`;
          const kind = rest.split('/')[1] ?? '';
          const id = ids[kind];
          // An operation that this does not know is an operation that nobody has looked at.
          expect([operation, typeof id]).toEqual([operation, 'string']);
          const filled = rest.slice(1).replaceAll(/\{\w+\}/gu, id ?? '');
          const body = BODIES[operation];
          const foreign = await api(method, filled, body === undefined ? {} : { body });
          const never = await api(
            method,
            filled.replace(
              id ?? '',
              kind === 'applications' ? 'nma_live_x' : `${ids['users'] ?? ''}0`,
            ),
            body === undefined ? {} : { body },
          );
          expect([operation, foreign.status]).toEqual([operation, 404]);
          const bare = ({ body: problem }: typeof foreign): object => ({
            ...problem,
            requestId: '',
          });
          expect(bare(foreign)).toEqual(bare(never));
          walked.push(operation);
        }
      }
      expect(walked.length).toBeGreaterThan(12);
      expect(await snapshot(realm.orgId)).toEqual(before);
    },
  );

  it('is in no list', async () => {
    const ids = Object.values(await furnish(await stack.createOrganization('secretive')));
    const api = apiOf(stack, mine);
    for (const list of [
      ...['applications', 'users', 'resources', 'webhooks', 'sessions', 'consents', 'grants'],
      ...['security-events', 'audit-events', 'signing-keys'],
    ]) {
      const { status, body } = await api('GET', list);
      expect([list, status]).toEqual([list, 200]);
      for (const id of ids) expect(JSON.stringify(body)).not.toContain(id);
    }
  });
});
