import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { once } from 'node:events';
import { KeyRotation } from '../src/signing-keys/key-rotation.js';
import { OPERATOR } from '../src/audit/origin.js';
import { type Realm } from '../src/realms/realm.js';
import { authorizeUrl } from './support/browser.js';
import { basic, post } from './support/oauth-client.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

describe('the OAuth endpoints over HTTP', () => {
  let stack: Stack;
  let realm: Realm;
  let machine: TestApplication;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    machine = await stack.createApplication(realm, {
      type: 'machine',
      redirectUris: [],
      grantTypes: ['client_credentials'],
    });
  });
  afterAll(() => stack.stop());

  const credentials = { grant_type: 'client_credentials' };

  describe('metadata', () => {
    it('says the same where OpenID Connect and where RFC 8414 look for it', async () => {
      const [openid, oauth] = await Promise.all([
        fetch(`${realm.issuer}/.well-known/openid-configuration`),
        fetch(`${stack.url}/.well-known/oauth-authorization-server/acme`),
      ]);
      const document = (await openid.json()) as Record<string, unknown>;
      expect(document).toMatchObject({
        issuer: realm.issuer,
        token_endpoint: `${realm.issuer}/token`,
        jwks_uri: `${realm.issuer}/jwks`,
        protected_resources: [`${realm.issuer}/api`],
      });
      expect(await oauth.json()).toEqual(document);
    });

    it('says what it says, whatever host and protocol a request names', async () => {
      const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      const answer = await fetch(`${realm.issuer}/.well-known/openid-configuration`, {
        headers,
      });
      expect(await answer.json()).toMatchObject({ issuer: realm.issuer });
    });

    it.each(['/.well-known/openid-configuration', '/jwks'])(
      'is kept by caches, and not sent again: %s',
      async (path) => {
        const first = await fetch(realm.issuer + path);
        const etag = first.headers.get('etag') ?? '';
        expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
        expect(first.headers.get('access-control-allow-origin')).toBe('*');
        const second = await fetch(realm.issuer + path, { headers: { 'if-none-match': etag } });
        expect([second.status, await second.text()]).toEqual([304, '']);
        const head = await fetch(realm.issuer + path, { method: 'HEAD' });
        expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
      },
    );

    it('has another entity tag after the keys were rotated', async () => {
      const before = await fetch(`${realm.issuer}/jwks`);
      await stack.get(KeyRotation).rotate(realm, 'compromised', OPERATOR);
      const etag = before.headers.get('etag') ?? '';
      const after = await fetch(`${realm.issuer}/jwks`, { headers: { 'if-none-match': etag } });
      expect(after.status).toBe(200);
    });

    it('says where tokens for the management API come from', async () => {
      const url = `${stack.url}/.well-known/oauth-protected-resource/acme/api`;
      expect(await (await fetch(url)).json()).toMatchObject({
        resource: `${realm.issuer}/api`,
        authorization_servers: [realm.issuer],
      });
    });
  });

  describe('what is not there', () => {
    it.each([
      ['GET', 'nobody/.well-known/openid-configuration'],
      ['POST', 'nobody/token'],
      ['GET', 'ACME/jwks'],
      ['GET', '.well-known/oauth-authorization-server/nobody'],
    ])('answers 404: %s /%s', async (method, path) => {
      const answer = await fetch(`${stack.url}/${path}`, { method });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    });

    it.each([
      ['GET', 'token', 'POST'],
      ['PUT', 'token', 'POST'],
      ['DELETE', 'jwks', 'GET'],
    ])('answers 405: %s /%s', async (method, path, allowed) => {
      const answer = await fetch(`${realm.issuer}/${path}`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toContain(allowed);
    });
  });

  describe('requests that are no good', () => {
    const form = 'application/x-www-form-urlencoded';

    it.each<[string, number, string | Uint8Array<ArrayBuffer>, string]>([
      ['a body of JSON', 400, JSON.stringify(credentials), 'application/json'],
      ['a parameter twice', 400, 'grant_type=a&grant_type=b', form],
      ['bytes that are no text', 400, Buffer.from('grant_type=\xff\xfe', 'latin1'), form],
      ['a NUL', 400, 'grant_type=%00', form],
      ['a thousand parameters', 400, 'a=b&'.repeat(1_000), form],
      ['too much', 413, `grant_type=${'x'.repeat(70_000)}`, form],
    ])('refuses %s with %i', async (_name, status, body, type) => {
      const answer = await fetch(`${realm.issuer}/token`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
    });

    it('reads no further than it has to', async () => {
      const { hostname, port } = new URL(stack.url);
      const socket = connect(Number(port), hostname);
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.write(
        `POST /acme/token HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: ${form}\r\ncontent-length: 10000000\r\n\r\n`,
      );
      socket.write('x'.repeat(70_000));
      await once(socket, 'data');
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      socket.destroy();
    });
  });

  describe('cross-origin requests', () => {
    let spa: TestApplication;
    const origin = 'https://spa.example.com';

    beforeAll(async () => {
      spa = await stack.createApplication(realm, {
        type: 'single_page',
        tokenEndpointAuthMethod: 'none',
        redirectUris: [`${origin}/callback`],
      });
    });

    it('lets pages of the application read what it is told, refusals too', async () => {
      const wrong = { grant_type: 'authorization_code', code: 'none', code_verifier: 'x' };
      const answer = await post(realm.issuer, 'token', spa, wrong, { origin });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')).toMatch(/origin/i);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    });

    it('lets no page of anybody else read it, nor any of an application with a secret', async () => {
      const elsewhere = { origin: 'https://evil.example' };
      const theirs = await post(realm.issuer, 'token', spa, credentials, elsewhere);
      expect(theirs.headers.get('access-control-allow-origin')).toBeNull();
      const web = await stack.createApplication(realm);
      const confidential = await post(realm.issuer, 'token', web, credentials, {
        origin: 'https://app.example.com',
      });
      expect(confidential.headers.get('access-control-allow-origin')).toBeNull();
    });

    it.each(['token', 'userinfo', 'jwks', '.well-known/openid-configuration'])(
      'answers the preflight of %s',
      async (path) => {
        const answer = await fetch(`${realm.issuer}/${path}`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        expect(answer.status).toBe(204);
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
        expect(answer.headers.get('access-control-allow-headers')).toContain('dpop');
      },
    );

    it('lets nobody read where a browser is sent', async () => {
      const answer = await fetch(authorizeUrl(realm, spa.clientId), {
        redirect: 'manual',
        headers: { origin },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });
  });

  describe('errors that may lead nowhere', () => {
    it('shows a page for an unknown application, and no markup of the sender', async () => {
      const answer = await fetch(authorizeUrl(realm, '<script>alert(1)</script>'), {
        redirect: 'manual',
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await answer.text()).not.toContain('<script>');
    });

    it('shows a page for an address that is not registered', async () => {
      const web = await stack.createApplication(realm);
      const url = authorizeUrl(realm, web.clientId, { redirect_uri: 'https://evil.example/' });
      const answer = await fetch(url, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    });
  });

  it('counts its answers by endpoint and outcome', async () => {
    expect((await post(realm.issuer, 'token', machine, credentials)).status).toBe(200);
    await post(realm.issuer, 'token', machine, { grant_type: 'password' });
    const metrics = await (await fetch(`${stack.url}/metrics`)).text();
    expect(metrics).toMatch(/oauth_answers_total\{endpoint="token",outcome="ok"\} \d/);
    expect(metrics).toMatch(/outcome="unsupported_grant_type"\} 1/);
  });

  it('takes a new secret at once, and the old one no more', async () => {
    const authorization = basic(machine.clientId, 'nmas_wrong');
    const wrong = await fetch(`${realm.issuer}/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(credentials),
    });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toContain('Basic');
  });
});
