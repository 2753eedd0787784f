import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { UsersService } from '../src/users/users.service.js';
import { Tenants } from '../src/database/database.js';
import { apiOf, WEB } from './support/api.js';
import { auditedActions } from './support/audited.js';
import { plantGrant, plantUser } from './support/planted.js';
import { startSession } from './support/sessions.js';
import { PASSWORD, startStack, type Stack } from './support/stack.js';

describe('the management API', () => {
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

  it('says that a name looks like a secret, and makes nothing', async () => {
    const body = { ...WEB, name: 'Shop token=abcdefgh' };
    const refused = await api('POST', 'applications', { body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const identifier = 'https://api.example.com/?key=abcdefgh';
    const resource = { identifier, name: 'Orders', scopes: [] };
    expect(await api('POST', 'resources', { body: resource })).toMatchObject({ status: 400 });
  });

  it('reads and changes the organization, both its modes', async () => {
    expect((await api('GET', 'organization')).body).toMatchObject({
      slug: 'acme',
      mode: 'live',
      issuer: realm.issuer,
    });
    const changed = await api('PATCH', 'organization', {
      body: { primaryColor: '#AA0000', accessTokenTtl: 120 },
    });
    expect(changed).toMatchObject({ status: 200, body: { primaryColor: '#aa0000' } });
    const test = apiOf(stack, await stack.realm('acme-test'));
    expect((await test('GET', 'organization')).body).toMatchObject({
      mode: 'test',
      accessTokenTtl: 120,
    });
    // What is tried out does not change what people rely on.
    expect(
      await test('PATCH', 'organization', { body: { accessTokenTtl: 86_400 } }),
    ).toMatchObject({ status: 409, body: { code: 'live_mode_only' } });
    expect(
      await api('PATCH', 'organization', { body: { sessionIdleTtl: 900, sessionTtl: 600 } }),
    ).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(await audited(realm.orgId)).toEqual([
      'organization.created',
      'organization.updated',
    ]);
  });

  it('makes an application, shows its secret once, and keeps its digest alone', async () => {
    const made = await api('POST', 'applications', { body: WEB });
    expect(made.status).toBe(201);
    const { clientId, clientSecret } = made.body;
    expect(clientId).toMatch(/^nma_live_\w{22}$/u);
    expect(clientSecret).toMatch(/^nmas_[\w-]{43}$/u);

    const read = await api('GET', `applications/${String(clientId)}`);
    expect(read.body).toMatchObject({ name: 'Shop', disabled: false });
    expect(JSON.stringify(read.body)).not.toContain('nmas_');
    const { rows } = await owner.query<{ digest: Buffer }>(
      'SELECT digest FROM application_secrets WHERE application_id = $1',
      [clientId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.digest).toHaveLength(32);
    expect(stack.log()).not.toContain(String(clientSecret));

    const rotated = await api('POST', `applications/${String(clientId)}/secrets`, {
      body: { graceSeconds: 60 },
    });
    expect(rotated.body['clientSecret']).not.toBe(clientSecret);
    const secrets = await api('GET', `applications/${String(clientId)}/secrets`);
    expect(secrets.body['items']).toHaveLength(2);
    await api('POST', `applications/${String(clientId)}/secrets`, {
      body: { graceSeconds: 0 },
    });
    const left = await api('GET', `applications/${String(clientId)}/secrets`);
    expect(left.body['items']).toHaveLength(1);
    expect(await audited(clientId)).toEqual([
      'application.created',
      'application.secret_rotated',
      'application.secret_rotated',
    ]);
  });

  it.each([
    [{ tokenEndpointAuthMethod: 'none' }, 'tokenEndpointAuthMethod'],
    [{ type: 'single_page' }, 'tokenEndpointAuthMethod'],
    [{ redirectUris: [] }, 'redirectUris'],
    [{ redirectUris: ['https://shop.example.com/*'] }, 'redirectUris.0'],
    [{ redirectUris: ['http://shop.example.com/callback'] }, 'redirectUris.0'],
    [{ redirectUris: ['https://shop.example.com/callback#x'] }, 'redirectUris.0'],
    [{ redirectUris: ['javascript:alert(1)'] }, 'redirectUris.0'],
    [{ redirectUris: ['com.example.app:/callback'] }, 'redirectUris.0'],
    [{ redirectUris: ['callback'] }, 'redirectUris.0'],
    [{ tokenEndpointAuthMethod: 'private_key_jwt' }, 'jwks'],
    [
      {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB', d: 'x' }] },
      },
      'jwks.keys.0',
    ],
    [{ refreshLeeway: 31 }, 'refreshLeeway'],
    [{ scopes: ['two words'] }, 'scopes.0'],
    [{ scopes: ['openid', 'users:read'] }, 'scopes.1'],
    [{ scopes: ['bananas:read'] }, 'scopes.0'],
    [{ resources: ['https://nowhere.example.com'] }, 'resources.0'],
    [{ name: '  ' }, 'name'],
    [{ defaultResource: 'https://api.example.com' }, 'defaultResource'],
    [{ grantTypes: ['implicit'] }, 'grantTypes.0'],
    [{ grantTypes: ['password'] }, 'grantTypes.0'],
    [{ logoUrl: 'http://shop.example.com/logo.png' }, 'logoUrl'],
    [{ unknown: true }, 'unknown'],
  ])('refuses an application with %j', async (settings, path) => {
    const refused = await api('POST', 'applications', { body: { ...WEB, ...settings } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(refused.body['errors']).toContainEqual(expect.objectContaining({ path }));
  });

  it('lets an application have the scopes of its resources, and no others', async () => {
    const resource = { identifier: 'https://orders.example.com', name: 'Orders' };
    const orders = { ...resource, scopes: ['orders:read', 'orders:write'] };
    const server = await api('POST', 'resources', { body: orders });
    const made = await api('POST', 'applications', {
      body: {
        ...WEB,
        grantTypes: ['authorization_code', 'client_credentials'],
        scopes: ['openid', 'orders:read', 'users:read'],
        resources: [resource.identifier, realm.managementAudience],
      },
    });
    expect(made.status).toBe(201);
    const application = `applications/${String(made.body['clientId'])}`;
    const refused = await api('PATCH', application, {
      body: { resources: [resource.identifier] },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'scopes.2', message: expect.stringMatching(/^users:read/u) }] },
    });
    expect((await api('GET', application)).body['resources']).toHaveLength(2);
    // The management API answers applications that act for themselves alone.
    expect(
      await api('PATCH', application, { body: { grantTypes: ['authorization_code'] } }),
    ).toMatchObject({
      status: 400,
      body: {
        errors: [{ path: 'scopes.2', message: expect.stringMatching(/management API/u) }],
      },
    });
    expect(
      (await api('PATCH', application, { body: { scopes: ['orders:write'] } })).status,
    ).toBe(200);

    // The API has lost its scope since, which is nothing that the application changes.
    const path = `resources/${String(server.body['id'])}`;
    expect((await api('PATCH', path, { body: { scopes: [] } })).status).toBe(200);
    expect((await api('PATCH', application, { body: { name: 'Store' } })).status).toBe(200);
    const scopes = ['orders:write', 'openid'];
    expect((await api('PATCH', application, { body: { scopes } })).status).toBe(400);
  });

  it('takes an API that is removed from the applications that may have tokens for it', async () => {
    const identifier = 'https://gone.example.com';
    const gone = { identifier, name: 'Gone', scopes: ['gone:read'] };
    const { id } = (await api('POST', 'resources', { body: gone })).body;
    const resources = [identifier, realm.managementAudience];
    const made = await api('POST', 'applications', {
      body: { ...WEB, scopes: ['gone:read', 'openid'], resources, defaultResource: identifier },
    });
    const application = `applications/${String(made.body['clientId'])}`;
    expect((await api('DELETE', `resources/${String(id)}`)).status).toBe(204);
    const left = { resources: [realm.managementAudience], defaultResource: null };
    expect((await api('GET', application)).body).toMatchObject(left);
    expect(await audited(made.body['clientId'])).toEqual([
      'application.created',
      'application.updated',
    ]);
    // Made again, it is another: nobody has tokens for it yet.
    expect((await api('POST', 'resources', { body: gone })).status).toBe(201);
    expect((await api('GET', application)).body).toMatchObject(left);
    expect((await api('PATCH', application, { body: { scopes: ['openid'] } })).status).toBe(
      200,
    );
  });

  it('lets no API take what is the organization’s own, so that its tokens stay what they were', async () => {
    const other = await stack.createOrganization('own');
    const call = apiOf(stack, other);
    for (const scope of ['openid', 'profile', 'email', 'offline_access']) {
      const body = {
        identifier: 'https://x.example.com',
        name: 'X',
        scopes: ['x:read', scope],
      };
      expect(await call('POST', 'resources', { body })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'scopes.1' }] },
      });
    }
    for (const identifier of [other.issuer, other.managementAudience]) {
      expect(
        await call('POST', 'resources', { body: { identifier, name: 'X' } }),
      ).toMatchObject({
        status: 409,
        body: { code: 'identifier_taken' },
      });
    }
    const body = { identifier: 'https://x.example.com', name: 'X' };
    const { id } = (await call('POST', 'resources', { body })).body;
    const change = { body: { scopes: ['openid'] } };
    expect((await call('PATCH', `resources/${String(id)}`, change)).status).toBe(400);
  });

  it('lists from the newest to the oldest, page by page', async () => {
    const other = await stack.createOrganization('pages');
    const call = apiOf(stack, other);
    const made: unknown[] = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const email = `user-${number}@example.com`;
      made.unshift((await call('POST', 'users', { body: { email } })).body['id']);
    }
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const page = await call('GET', `users?limit=2${cursor}`);
      expect(page.status).toBe(200);
      const items = page.body['items'] as { id: string }[];
      seen.push(...items.map(({ id }) => id));
      const next = page.body['nextCursor'];
      cursor = typeof next === 'string' ? `&cursor=${next}` : '';
    } while (cursor !== '');
    expect(seen).toEqual(made);
    expect(await call('GET', 'users?cursor=nonsense')).toMatchObject({ status: 400 });
    // Of the right form, with ids that the database would stumble over.
    const forged = (id: string): string =>
      Buffer.from(JSON.stringify([1, id])).toString('base64url');
    for (const [list, id] of [
      ['users', 'zz'],
      ['applications', 'nma_live_\0'],
      ['audit-events', 'zz'],
    ] as const)
      expect(await call('GET', `${list}?cursor=${forged(id)}`)).toMatchObject({ status: 400 });
    expect(await call('GET', 'users?limit=101')).toMatchObject({ status: 400 });
    expect((await call('GET', 'users?email=USER-3@example.com')).body['items']).toHaveLength(1);
  });

  it('makes a user once for an address, whatever its case', async () => {
    const made = await api('POST', 'users', {
      body: { email: 'Grace@Example.com', name: 'Grace', password: PASSWORD },
    });
    expect(made).toMatchObject({
      status: 201,
      body: { email: 'grace@example.com', hasPassword: true, status: 'active' },
    });
    expect(JSON.stringify(made.body)).not.toContain('argon2');
    expect(await api('POST', 'users', { body: { email: 'GRACE@example.com' } })).toMatchObject({
      status: 409,
      body: { code: 'email_taken' },
    });
    // The test side has people of its own.
    const test = apiOf(stack, await stack.realm('acme-test'));
    expect(await test('POST', 'users', { body: { email: 'grace@example.com' } })).toMatchObject(
      { status: 201 },
    );
    expect(await test('GET', `users/${String(made.body['id'])}`)).toMatchObject({
      status: 404,
    });
  });

  it('takes another address of a user for unverified unless it is said to be', async () => {
    const body = { email: 'ada.l@example.com', emailVerified: true };
    const { id } = (await api('POST', 'users', { body })).body;
    const change = async (to: object): Promise<unknown> =>
      (await api('PATCH', `users/${String(id)}`, { body: to })).body['emailVerified'];
    expect(await change({ name: 'Ada' })).toBe(true);
    expect(await change({ email: 'ADA.L@example.com' })).toBe(true);
    expect(await change({ email: 'ada.k@example.com' })).toBe(false);
    expect(await change({ email: 'ada.m@example.com', emailVerified: true })).toBe(true);
  });

  it.each(['a\nb', 'a\u202eb', 'a\u2066b', 'a\u0007b', 'a\u2028b'])(
    'takes no name that can look like another: %j',
    async (name) => {
      for (const path of ['applications', 'users', 'resources']) {
        const body = { ...WEB, email: 'x@example.com', identifier: 'https://x.example', name };
        const refused = await api('POST', path, { body });
        expect(refused.status).toBe(400);
        expect(refused.body['errors']).toContainEqual(
          expect.objectContaining({ path: 'name' }),
        );
      }
    },
  );

  it.each([
    ['short', 'too_short'],
    ['password1234567', 'common'],
    ['linus@example.com', 'about_the_account'],
    ['xyz1'.repeat(70), 'too_long'],
  ])('refuses the password %s', async (password, reason) => {
    expect(
      await api('POST', 'users', { body: { email: 'linus@example.com', password } }),
    ).toMatchObject({ status: 422, body: { code: 'password_refused', reason } });
  });

  it('lists the grants of a user, and ends one of them', async () => {
    const { clientId } = await stack.createApplication(realm);
    const person = await plantUser(stack, realm);
    const kept = await plantGrant(stack, realm, clientId, person);
    const lost = await plantGrant(stack, realm, clientId, person);
    const list = async (of = ''): Promise<unknown> =>
      (await api('GET', `grants?userId=${person.user.id}${of}`)).body['items'];
    expect(await list()).toMatchObject([
      {
        id: lost.grantId,
        clientId,
        userId: person.user.id,
        sessionId: person.sessionId,
        scopes: ['openid', 'offline_access'],
        resources: [],
      },
      { id: kept.grantId },
    ]);
    const { body } = await api('GET', `grants?userId=${person.user.id}&limit=1`);
    expect(await list(`&cursor=${String(body['nextCursor'])}`)).toMatchObject([
      { id: kept.grantId },
    ]);
    expect(await list('&clientId=nma_live_other')).toEqual([]);
    expect((await api('DELETE', `grants/${lost.grantId}`)).status).toBe(204);
    expect((await api('DELETE', `grants/${lost.grantId}`)).status).toBe(404);
    expect(await list()).toMatchObject([{ id: kept.grantId }]);
    const { rows } = await owner.query(
      `SELECT 1 FROM audit_outbox WHERE body::jsonb->>'action' = 'grant.revoked'
       AND body::jsonb->'target'->>'id' = $1`,
      [lost.grantId],
    );
    expect(rows).toHaveLength(1);
  });

  it('ends everything of a user who is deactivated, or whose password is set', async () => {
    const user = await stack.createUser(realm, 'margaret@example.com');
    const { clientId } = await stack.createApplication(realm);
    const sessions = stack.get(SessionsService);
    const start = async (): Promise<string> => {
      const { session, token } = await stack
        .get(Tenants)
        .withTenant(realm.orgId, (tx) =>
          startSession(stack, tx, realm, user.id, { actor: { type: 'user', id: user.id } }),
        );
      await owner.query(
        `INSERT INTO grants (org_id, id, mode, application_id, user_id, session_id, "authorization", expires_at)
         VALUES ($1, gen_random_uuid(), 'live', $2, $3, $4, '{}', now() + interval '1 day')`,
        [realm.orgId, clientId, user.id, session.id],
      );
      return token.reveal();
    };
    const living = async (): Promise<number> => {
      const { rows } = await owner.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM grants WHERE user_id = $1 AND revoked_at IS NULL',
        [user.id],
      );
      return rows[0]?.count ?? -1;
    };

    const first = await start();
    expect(await sessions.find(realm, first)).toMatchObject({ userId: user.id });
    expect(await sessions.find(await stack.realm('acme-test'), first)).toBeUndefined();
    const set = await api('PUT', `users/${user.id}/password`, {
      body: { password: 'amber-canyon-12-whistle' },
    });
    expect(set.status).toBe(204);
    expect(await sessions.find(realm, first)).toBeUndefined();
    expect(await living()).toBe(0);
    const verify = (password: string): Promise<unknown> =>
      stack.get(UsersService).verifyPassword(realm, 'Margaret@example.com', password);
    expect(await verify(PASSWORD)).toBeUndefined();
    expect(await verify('amber-canyon-12-whistle')).toMatchObject({ user: { id: user.id } });

    const second = await start();
    expect((await api('POST', `users/${user.id}/deactivate`)).body['status']).toBe(
      'deactivated',
    );
    expect(await sessions.find(realm, second)).toBeUndefined();
    expect(await living()).toBe(0);
    expect(await verify('amber-canyon-12-whistle')).toBeUndefined();
    await api('POST', `users/${user.id}/activate`);
    expect(await verify('amber-canyon-12-whistle')).toMatchObject({ user: { id: user.id } });

    const events = await api('GET', 'security-events?limit=2');
    expect(events.body['items']).toMatchObject([
      { type: 'user.deactivated', subject: user.id },
      { type: 'user.password_changed', subject: user.id },
    ]);
  });

  it('makes hashes of old parameters anew at the next sign-in', async () => {
    const user = await stack.createUser(realm, 'old-hash@example.com');
    const { hash } = await import('@node-rs/argon2');
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await owner.query('UPDATE users SET password_hash = $1 WHERE id = $2', [old, user.id]);
    const users = stack.get(UsersService);
    // Three at once: each goes on with the one hash that is stored.
    const verified = await Promise.all(
      Array.from({ length: 3 }, () => users.verifyPassword(realm, user.email, PASSWORD)),
    );
    const { rows } = await owner.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = $1',
      [user.id],
    );
    const stored = rows[0]?.password_hash;
    expect(stored).toMatch(/m=19456,t=2,p=1/u);
    expect(new Set(verified.map((one) => one?.passwordHash))).toEqual(new Set([stored]));
    const { rows: rehashed } = await owner.query(
      `SELECT 1 FROM audit_outbox
       WHERE body::text LIKE $1 AND body::text LIKE '%user.password_rehashed%'`,
      [`%${user.id}%`],
    );
    expect(rehashed).toHaveLength(1);
    expect((await users.verifyPassword(realm, user.email, PASSWORD))?.passwordHash).toBe(
      stored,
    );
  });

  it('lists and ends sessions', async () => {
    const user = await stack.createUser(realm);
    const { session, token } = await stack.get(Tenants).withTenant(realm.orgId, (tx) =>
      startSession(stack, tx, realm, user.id, {
        actor: { type: 'user', id: user.id },
        ip: '192.0.2.7',
        userAgent: 'Browser',
      }),
    );
    const listed = await api('GET', `sessions?userId=${user.id}`);
    expect(listed.body['items']).toMatchObject([{ id: session.id, ip: '192.0.2.7' }]);
    expect(JSON.stringify(listed.body)).not.toContain(token.reveal());
    expect((await api('DELETE', `sessions/${session.id}`)).status).toBe(204);
    expect((await api('DELETE', `sessions/${session.id}`)).status).toBe(404);
    expect(await stack.get(SessionsService).find(realm, token.reveal())).toBeUndefined();
    expect(await audited(session.id)).toEqual(['session.revoked']);
  });

  it('makes, changes and removes resource servers', async () => {
    const input = { identifier: 'https://api.example.com', name: 'API', scopes: ['a:read'] };
    const made = await api('POST', 'resources', { body: input });
    expect(made).toMatchObject({ status: 201, body: input });
    expect(await api('POST', 'resources', { body: input })).toMatchObject({
      status: 409,
      body: { code: 'identifier_taken' },
    });
    const path = `resources/${String(made.body['id'])}`;
    expect((await api('PATCH', path, { body: { scopes: ['b'] } })).body).toMatchObject({
      name: 'API',
      scopes: ['b'],
    });
    expect((await api('DELETE', path)).status).toBe(204);
    expect((await api('DELETE', path)).status).toBe(404);
    expect(await audited(made.body['id'])).toEqual([
      'resource_server.created',
      'resource_server.updated',
      'resource_server.deleted',
    ]);
  });
});
