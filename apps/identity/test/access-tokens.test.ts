import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { MANAGEMENT_SCOPES } from '../src/management/management-scopes.js';
import { type Realm } from '../src/realms/realm.js';
import { SigningKeysService } from '../src/signing-keys/signing-keys.service.js';
import { apiOf } from './support/api.js';
import { startStack, type Stack } from './support/stack.js';

describe('a token for the management API', () => {
  let stack: Stack;
  let realm: Realm;
  let testRealm: Realm;
  let otherRealm: Realm;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    testRealm = await stack.realm('acme-test');
    otherRealm = await stack.createOrganization('other');
  });
  afterAll(() => stack.stop());

  const read = (
    headers: Record<string, string> = {},
    issuer = realm.issuer,
  ): Promise<Response> => fetch(`${issuer}/api/v1/applications`, { headers });

  const bearer = (token: string): Record<string, string> => ({
    authorization: `Bearer ${token}`,
  });

  const metadata = (): string =>
    `resource_metadata="${stack.url}/.well-known/oauth-protected-resource/${realm.slug}/api"`;

  it('is let in', async () => {
    expect((await read(bearer(await stack.managementToken(realm)))).status).toBe(200);
  });

  it('is asked for where there is none', async () => {
    const response = await read();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(`Bearer ${metadata()}`);
    expect(await response.json()).toMatchObject({ code: 'invalid_token' });
  });

  it('is asked for with where to learn who issues it (RFC 9728, section 5.1)', async () => {
    const asked = (await read()).headers.get('www-authenticate') ?? '';
    const url = /resource_metadata="([^"]+)"/u.exec(asked)?.[1] ?? '';
    expect(await (await fetch(url)).json()).toMatchObject({
      resource: realm.managementAudience,
      authorization_servers: [realm.issuer],
    });
  });

  const past = Math.floor(Date.now() / 1_000) - 10;
  it.each<[string, (real: string) => Promise<string> | string]>([
    ['nonsense', () => 'nonsense'],
    ['without a signature', (real) => unsecured(real)],
    ['signed with the public key as a secret', (real) => confused(real)],
    ['changed in one letter', (real) => `${real.slice(0, -3)}AAA`],
    ['expired', () => stack.managementToken(realm, { exp: past })],
    ['for another audience', () => stack.managementToken(realm, { aud: 'vision-api' })],
    ['of another issuer', () => stack.managementToken(realm, { iss: otherRealm.issuer })],
    ['of another organization', () => stack.managementToken(otherRealm)],
    ['of the test mode', () => stack.managementToken(testRealm)],
    [
      'of the test mode that says it is live',
      () =>
        stack.managementToken(testRealm, {
          iss: realm.issuer,
          aud: realm.managementAudience,
        }),
    ],
    ['that is an ID token', () => stack.managementToken(realm, {}, 'JWT')],
    ['bound to a key', () => stack.managementToken(realm, { cnf: { jkt: 'x' } })],
    ['without a jti', () => stack.managementToken(realm, { jti: undefined })],
    ['of nobody', () => stack.managementToken(realm, { client_id: undefined })],
    [
      'of an application that there is not',
      () => stack.managementToken(realm, { client_id: 'nma_live_0000000000000000000000' }),
    ],
    ['of a user that there is not', () => stack.managementToken(realm, { sub: randomUUID() })],
  ])('is refused when it is %s', async (_, make) => {
    const response = await read(bearer(await make(await stack.managementToken(realm))));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", ${metadata()}`,
    );
    expect(await response.json()).toMatchObject({ code: 'invalid_token' });
  });

  function claimsOf(real: string): Record<string, unknown> {
    const [, payload = ''] = real.split('.');
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  }

  function unsecured(real: string): string {
    return new UnsecuredJWT(claimsOf(real)).encode();
  }

  async function confused(real: string): Promise<string> {
    const { keys } = await (await stack.get(SigningKeysService).signerOf(realm)).jwks();
    const [key] = keys;
    return new SignJWT(claimsOf(real))
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key?.kid ?? '' })
      .sign(new TextEncoder().encode(JSON.stringify(key)));
  }

  it('is refused with another beside it, or under another scheme', async () => {
    const token = await stack.managementToken(realm);
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = ['authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`];
      request(`${realm.issuer}/api/v1/applications`, { headers: ['host', 'x', ...headers] })
        .on('response', (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
    expect((await read({ authorization: `DPoP ${token}` })).status).toBe(401);
    expect((await fetch(`${realm.issuer}/api/v1/users?access_token=${token}`)).status).toBe(
      401,
    );
  });

  it('dies with its application, and when it is revoked by itself', async () => {
    const { clientId } = await stack.createApplication(realm);
    const jti = randomUUID();
    const claims = { client_id: clientId, sub: clientId };
    const token = await stack.managementToken(realm, { ...claims, jti });
    const other = await stack.managementToken(realm, claims);
    expect((await read(bearer(token))).status).toBe(200);

    const owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    await owner.query(
      `INSERT INTO revoked_access_tokens (org_id, jti, expires_at) VALUES ($1, $2, now() + interval '1 hour')`,
      [realm.orgId, jti],
    );
    await owner.end();
    expect((await read(bearer(token))).status).toBe(401);
    expect((await read(bearer(other))).status).toBe(200);

    await apiOf(stack, realm)('POST', `applications/${clientId}/disable`);
    expect((await read(bearer(other))).status).toBe(401);
    await apiOf(stack, realm)('POST', `applications/${clientId}/enable`);
    expect((await read(bearer(other))).status).toBe(200);
  });

  it('of a user administers nothing, and dies with the user', async () => {
    const user = await stack.createUser(realm);
    const token = await stack.managementToken(realm, { sub: user.id });
    const refused = await read(bearer(token));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'not_for_users' });
    await apiOf(stack, realm)('POST', `users/${user.id}/deactivate`);
    expect((await read(bearer(token))).status).toBe(401);
  });

  it('opens what its scopes say, and nothing else', async () => {
    const token = await stack.managementToken(realm, {
      scope: 'users:read applications:write',
    });
    const refused = await read(bearer(token));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="applications:read", ${metadata()}`,
    );
    expect(await refused.json()).toMatchObject({
      code: 'insufficient_scope',
      scope: 'applications:read',
    });
    expect(
      (await fetch(`${realm.issuer}/api/v1/users`, { headers: bearer(token) })).status,
    ).toBe(200);
  });

  it('is asked for by every operation, with a scope that there is', async () => {
    const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { description?: string }>>;
    };
    const operations = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/{org}/api/v1/'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          path,
          method: method.toUpperCase(),
          operation,
        })),
      );
    expect(operations.length).toBeGreaterThan(30);
    for (const { path, method, operation } of operations) {
      const scope = /`([\w:-]+)`/u.exec(operation.description ?? '')?.[1] ?? '';
      expect(Object.keys(MANAGEMENT_SCOPES)).toContain(scope);
      const url = `${stack.url}${path.replace('{org}', 'acme').replaceAll(/\{\w+\}/gu, 'x')}`;
      const answer = await fetch(url, {
        method,
        headers: bearer(await stack.managementToken(realm, { scope: 'none' })),
      });
      expect([path, method, answer.status]).toEqual([path, method, 403]);
      expect((await fetch(url, { method })).status).toBe(401);
    }
  });

  it('opens nothing of an organization that there is not', async () => {
    const token = await stack.managementToken(realm);
    for (const slug of ['nobody', 'ACME', 'acme%20', '..', 'a'.repeat(300)]) {
      const response = await fetch(`${stack.url}/${slug}/api/v1/users`, {
        headers: bearer(token),
      });
      expect(response.status).toBe(404);
    }
  });

  it('is judged by the configured issuer, whatever Host and X-Forwarded-Host say', async () => {
    const response = await read({
      ...bearer(await stack.managementToken(realm, { iss: 'http://evil.example/acme' })),
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    });
    expect(response.status).toBe(401);
  });
});
