import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWTPayload } from 'jose';
import { startConsole, type Console, type SignedIn } from './support/console.js';
import { CLIENT_ID, EC_KEY_ID } from './support/second-provider.js';

const ADA = { sub: 'ada', email: 'ada@example.com', email_verified: true };
const ALL = 'keys:read keys:write usage:read';
const HEADER = { typ: 'at+jwt' };

/** Claims in place of the right ones, whatever they are. */
type Change = Readonly<Record<string, unknown>>;
type Header = Readonly<Record<string, string>>;

describe('access tokens', () => {
  let console: Console;
  let ada: SignedIn;

  beforeAll(async () => {
    console = await startConsole();
    ada = await console.signIn(ADA);
  });
  afterAll(() => console.stop());

  const claims = (change: Change = {}): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: console.provider.issuer,
      aud: 'vision-api',
      sub: 'ada',
      client_id: 'a-program',
      iat: now,
      exp: now + 300,
      jti: 'token-1',
      scope: ALL,
      ...change,
    };
  };
  const tokenWith = (change: Change = {}, header: Header = HEADER): Promise<string> =>
    console.provider.sign(claims(change), header);
  const call = (
    token: string | undefined,
    path: string,
    init: RequestInit = {},
  ): Promise<Response> =>
    fetch(`${console.origin}/v1/${path}`, {
      ...init,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(init.body && { 'content-type': 'application/json' }),
      },
    });

  it('make, list and revoke the keys of their user, and read their use', async () => {
    const token = await tokenWith();
    const made = await call(token, 'keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'made by a program', scopes: ['text:detect'] }),
    });
    expect(made.status).toBe(201);
    const { key, secret } = (await made.json()) as { key: { id: string }; secret: string };
    const listed = (await (await call(token, 'keys')).json()) as { keys: { id: string }[] };
    expect(listed.keys).toContainEqual(key);
    expect(await (await ada.call('keys')).json()).toMatchObject({ keys: listed.keys });
    const usage = await call(token, `usage?keyId=${key.id}`);
    expect(await usage.json()).toMatchObject({
      days: [],
      today: { keys: [{ keyId: key.id, limit: 100_000, used: 0 }] },
    });
    const byKey = await fetch(`${console.origin}/v1/usage`, {
      headers: { 'x-api-key': secret },
    });
    expect(await byKey.json()).toMatchObject({ keyId: key.id, quota: { used: 0 } });
    expect((await call(token, `keys/${key.id}`, { method: 'DELETE' })).status).toBe(204);
    const after = await fetch(`${console.origin}/v1/usage`, {
      headers: { 'x-api-key': secret },
    });
    expect(after.status).toBe(401);
  });

  it('are wanted, by a challenge that names no error where none was shown', async () => {
    const response = await call(undefined, 'keys');
    expect(await response.json()).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="nomosly"');
    const usage = await call(undefined, 'usage');
    expect(await usage.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  const refused: [string, Change, Header?][] = [
    ['of another audience', { aud: CLIENT_ID }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that have expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['that are not good yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['without an end', { exp: undefined }],
    ['without an audience', { aud: undefined }],
    ['without a subject', { sub: undefined }],
    ['without a client', { client_id: undefined }],
    ['without a name', { jti: undefined }],
    ['that are bound to a key', { cnf: { jkt: 'x' } }],
    ['that say they are ID tokens', {}, { typ: 'JWT' }],
    ['that do not say what they are', {}, {}],
    ['that are logout tokens', {}, { typ: 'logout+jwt' }],
    ['signed by an unknown key', {}, { ...HEADER, kid: 'another' }],
    ['with a part that has to be understood', {}, { ...HEADER, crit: 'x' }],
  ];

  it.each(refused)('are refused %s', async (_, change, header = HEADER) => {
    const token = await console.provider
      .sign(claims(change), header)
      .catch(() => 'ey.cannot.be-made');
    for (const path of ['keys', 'usage']) {
      const response = await call(token, path);
      expect(await response.json()).toMatchObject({ status: 401, code: 'invalid_token' });
      expect(response.headers.get('www-authenticate')).toBe(
        'Bearer realm="nomosly", error="invalid_token"',
      );
    }
  });

  it('are refused where the algorithm is none, HS256 with what everybody knows, or another', async () => {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwks = await (await fetch(`${console.provider.issuer}/jwks`)).text();
    const [head = '', payload = '', signature = ''] = (await tokenWith()).split('.');
    const changed = part(claims({ sub: 'eve' }));
    for (const token of [
      `${part({ alg: 'none', ...HEADER })}.${payload}.`,
      `${part({ alg: 'none', ...HEADER })}.${payload}.${signature}`,
      await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'key-1', ...HEADER })
        .sign(Buffer.from(jwks)),
      `${part({ alg: 'RS384', kid: 'key-1', ...HEADER })}.${payload}.${signature}`,
      `${head}.${changed}.${signature}`,
      // Good in all else: by an algorithm that is not ours to judge.
      await tokenWith({}, { ...HEADER, alg: 'ES256', kid: EC_KEY_ID }),
      'x',
    ]) {
      expect((await call(token, 'keys')).status).toBe(401);
    }
  });

  it('are refused where two are shown, or one in another scheme', async () => {
    const token = await tokenWith();
    for (const authorization of [
      `Basic ${token}`,
      `Bearer ${token} ${token}`,
      'Bearer ',
      token,
    ]) {
      const response = await fetch(`${console.origin}/v1/keys`, { headers: { authorization } });
      expect(response.status).toBe(401);
    }
  });

  it('are not ID tokens', async () => {
    const response = await ada.browser.send(`${console.origin}/dashboard/sign-out`, {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        'x-csrf-token': ada.csrfToken,
        accept: 'application/json',
      },
    });
    const { redirectTo } = (await response.json()) as { redirectTo: string };
    const idToken = new URL(redirectTo).searchParams.get('id_token_hint') ?? '';
    expect(idToken).toMatch(/^ey/u);
    expect((await call(idToken, 'keys')).status).toBe(401);
  });

  it.each([
    ['keys', 'GET', 'usage:read keys:write', 'keys:read'],
    ['keys', 'POST', 'keys:read usage:read', 'keys:write'],
    ['keys/nmk_live_0123456789012345678901', 'DELETE', 'keys:read', 'keys:write'],
    ['usage', 'GET', 'keys:read keys:write', 'usage:read'],
    ['keys', 'GET', '', 'keys:read'],
  ])('need the scope of a route: %s %s', async (path, method, scope, wanted) => {
    const response = await call(await tokenWith({ scope }), path, { method });
    expect(await response.json()).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(response.headers.get('www-authenticate')).toContain(`scope="${wanted}"`);
  });

  it('of somebody who has never signed in reach nothing', async () => {
    const response = await call(await tokenWith({ sub: 'a-stranger' }), 'keys');
    expect(await response.json()).toMatchObject({ status: 403, code: 'no_account' });
  });

  it('go on being taken while the provider is away, and 503 says so where a new key is needed', async () => {
    expect((await call(await tokenWith(), 'keys')).status).toBe(200);
    await console.provider.goAway();
    try {
      expect((await call(await tokenWith(), 'keys')).status).toBe(200);
    } finally {
      await console.provider.comeBack();
    }
  });

  it('do not have the provider asked about its keys each time', async () => {
    const before = console.provider.keysRead();
    for (let times = 0; times < 5; times += 1) await call(await tokenWith(), 'keys');
    for (let times = 0; times < 5; times += 1) {
      await call(await tokenWith({}, { ...HEADER, ...{ kid: `unknown-${times}` } }), 'keys');
    }
    expect(console.provider.keysRead() - before).toBeLessThanOrEqual(1);
  });
});
