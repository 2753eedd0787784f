import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { ApplicationsRepository } from '../src/applications/applications.repository.js';
import { type CreateApplication } from '../src/applications/applications.schemas.js';
import { Tenants } from '../src/database/database.js';
import { type Realm } from '../src/realms/realm.js';
import { type Answer, apiOf, WEB } from './support/api.js';
import { startStack, type Stack } from './support/stack.js';

describe('what the management API is sent', () => {
  let stack: Stack;
  let realm: Realm;
  let api: ReturnType<typeof apiOf>;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    api = apiOf(stack, realm);
  });
  afterAll(() => stack.stop());

  const pathsOf = ({ body }: Answer): unknown[] =>
    (body['errors'] as { path: unknown }[]).map(({ path }) => path);

  it.each([
    ['GET', 'users?email=%00', 'email'],
    ['GET', 'users?email=%ff', 'email'],
    ['GET', 'audit-events?action=%00', 'action'],
    ['GET', 'applications/%00', 'clientId'],
    ['GET', 'users/%00', 'id'],
    ['POST', 'applications/%00/disable', 'clientId'],
  ])(
    'is refused where it is text that cannot be stored: %s %s',
    async (method, path, field) => {
      const refused = await api(method, path);
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect(pathsOf(refused)).toEqual([field]);
    },
  );

  const user = { email: 'ada@example.com' };
  const key = (name: string): object => ({ keys: [{ kty: 'RSA', [name]: 'x' }] });
  it.each<[string, string, object, string]>([
    ['POST', 'users', { ...user, name: 'a\0b' }, 'name'],
    ['POST', 'users', { ...user, password: 'amber-canyon-12-\ud800' }, 'password'],
    ['PATCH', 'organization', { name: 'a\udc00' }, 'name'],
    ['POST', 'resources', { identifier: 'https://a.example', name: '\0', scopes: [] }, 'name'],
    ['POST', 'webhooks', { url: 'https://a.example/\0' }, 'url'],
    ['PATCH', 'applications/x', { jwks: key('a\0') }, 'jwks.keys.0.a\0'],
  ])(
    'is refused where a text in it cannot be stored: %s %s %j',
    async (method, path, body, field) => {
      const refused = await api(method, path, { body });
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect(pathsOf(refused)).toEqual([field]);
    },
  );

  it('is refused where it is nested without end', async () => {
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const response = await fetch(`${realm.issuer}/api/v1/applications/x`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${await stack.managementToken(realm)}`,
        'content-type': 'application/json',
      },
      body: `{"jwks":{"keys":[{"kty":${nested}}]}}`,
    });
    expect(response.status).toBe(400);
  });

  const LIMIT = 'This has to be a whole number from 1 to 100, given once.';
  it.each<[string, string, object | null | undefined, string, string]>([
    ['GET', 'users?limit=1&limit=2', undefined, 'limit', LIMIT],
    ['GET', 'users?limit=101', undefined, 'limit', LIMIT],
    ['GET', 'users?limit=1.5', undefined, 'limit', LIMIT],
    ['GET', 'users?limit=many', undefined, 'limit', LIMIT],
    ['POST', 'signing-keys/rotate', undefined, '', 'A JSON object has to be sent.'],
    ['POST', 'signing-keys/rotate', null, '', 'A JSON object has to be sent.'],
    ['POST', 'signing-keys/rotate', [], '', 'A JSON object has to be sent.'],
    [
      'POST',
      'applications',
      { ...WEB, logoUrl: 'http://a.example/logo.png' },
      'logoUrl',
      'This has to be an https address.',
    ],
    [
      'PATCH',
      'applications/x',
      { firstParty: 'yes' },
      'firstParty',
      'This has to be true or false.',
    ],
    [
      'POST',
      'applications',
      { name: 'a', tokenEndpointAuthMethod: 'none', grantTypes: ['authorization_code'] },
      'type',
      'This is missing. It has to be one of: web, single_page, native, machine.',
    ],
  ])('is asked for in plain words: %s %s %j', async (method, path, body, field, message) => {
    const refused = await api(method, path, { body });
    expect(refused.status).toBe(400);
    expect(refused.body['errors']).toEqual([{ path: field, message }]);
  });

  it('is refused where it is a key that no assertion can be checked with', async () => {
    const keySet = (modulusLength: number): CreateApplication['jwks'] => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
      return { keys: [publicKey.export({ format: 'jwk' })] };
    };
    const machine = {
      type: 'machine',
      name: 'Nightly',
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
    };
    const made = await api('POST', 'applications', {
      body: { ...machine, jwks: keySet(2_048) },
    });
    expect(made.status).toBe(201);
    const jwks = keySet(1_024);
    const clientId = String(made.body['clientId']);
    const path = `applications/${clientId}`;
    for (const refused of [
      await api('POST', 'applications', { body: { ...machine, jwks } }),
      await api('PATCH', path, { body: { jwks } }),
    ]) {
      const message = 'An RSA key has to have 2048 bits or more (RFC 7518, section 3.3).';
      expect(refused.status).toBe(400);
      expect(refused.body['errors']).toEqual([{ path: 'jwks.keys.0', message }]);
    }
    // One that was taken before is shown, and keeps nobody from changing something else.
    await stack
      .get(Tenants)
      .withTenant(realm.orgId, (tx) =>
        stack.get(ApplicationsRepository).update(tx, realm, clientId, { jwks }),
      );
    expect(await api('PATCH', path, { body: { name: 'Daily' } })).toMatchObject({
      status: 200,
      body: { jwks },
    });
  });

  it('is kept once where a list has it more than once, in the order of the list', async () => {
    const [first, second] = ['https://a.example/callback', 'https://a.example/other'];
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const identifier = 'https://orders.example';
    const orders = { identifier, name: 'Orders', scopes: ['b', 'a', 'b', 'b'] };
    const webhook = {
      url: 'http://localhost:1/',
      types: ['user.deactivated', 'user.deactivated'],
    };
    const application = {
      ...WEB,
      redirectUris: [second, first, second],
      postLogoutRedirectUris: [first, first],
      grantTypes: ['authorization_code', device, 'authorization_code'],
      scopes: ['openid', 'b', 'openid'],
      resources: [identifier, identifier],
    };
    const resource = await api('POST', 'resources', { body: orders });
    expect(resource).toMatchObject({ status: 201, body: { scopes: ['b', 'a'] } });
    const path = `resources/${String(resource.body['id'])}`;
    expect(await api('PATCH', path, { body: { scopes: ['b', 'c', 'b'] } })).toMatchObject({
      body: { scopes: ['b', 'c'] },
    });
    expect(await api('POST', 'webhooks', { body: webhook })).toMatchObject({
      status: 201,
      body: { types: ['user.deactivated'] },
    });
    expect(await api('POST', 'applications', { body: application })).toMatchObject({
      status: 201,
      body: {
        redirectUris: [second, first],
        postLogoutRedirectUris: [first],
        grantTypes: ['authorization_code', device],
        scopes: ['openid', 'b'],
        resources: [identifier],
      },
    });
  });

  it('stays as it was for strangers, who are told of their token first', async () => {
    const response = await fetch(`${realm.issuer}/api/v1/users?email=%00`);
    expect(response.status).toBe(401);
  });

  it('is told of a token that its time is over, and of any other the same', async () => {
    const detailOf = async (token: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${realm.issuer}/api/v1/users`, { headers });
      expect(response.status).toBe(401);
      const problem = (await response.json()) as { code: unknown; detail: unknown };
      expect(problem.code).toBe('invalid_token');
      return problem.detail;
    };
    const other = await stack.createOrganization('other');
    const exp = Math.floor(Date.now() / 1_000) - 10;
    const expired = await stack.managementToken(realm, { exp });
    expect(await detailOf(expired)).toBe('The access token has expired: ask for a new one.');
    const uniform =
      'Send an access token of this organization for its management API, as a bearer token.';
    const [head = '', claims = ''] = expired.split('.');
    for (const token of [
      'nonsense',
      `${head}.${claims}.${'A'.repeat(342)}`,
      await stack.managementToken(other, { exp }),
      await stack.managementToken(realm, { exp, aud: 'vision-api' }),
      await stack.managementToken(realm, { exp }, 'JWT'),
      await stack.managementToken(realm, { client_id: 'nma_live_0000000000000000000000' }),
    ])
      expect(await detailOf(token)).toBe(uniform);
  });

  it('is left to the pages where a page is asked for', async () => {
    const page = await fetch(`${realm.issuer}/sign-in/%00?account=%ff`);
    expect(page.status).toBe(410);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/u);
    const device = await fetch(`${realm.issuer}/device?user_code=%00%ff`, {
      redirect: 'manual',
    });
    expect(device.status).toBe(303);
  });
});
