import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import pg from 'pg';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { authorizeUrl, TestBrowser } from './support/browser.js';
import { post, redeem, refresh } from './support/oauth-client.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

describe('the authorization code flow', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;
  let application: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, 'ada@example.com');
    application = await stack.createApplication(realm, { scopes: SCOPES });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  /** A code for a new browser of the user. */
  async function getCode(): Promise<string> {
    const browser = new TestBrowser(stack, realm);
    const answer = await browser.authorize(authorizeUrl(realm, application.clientId), ada);
    return answer.searchParams.get('code') ?? '';
  }

  async function auditOf(grantId: string): Promise<string[]> {
    const { rows } = await owner.query<{ body: string }>(
      'SELECT body FROM audit_outbox WHERE tenant_id = $1 ORDER BY position',
      [realm.orgId],
    );
    return rows
      .map(({ body }) => body)
      .filter((body) => body.includes(grantId))
      .map((body) => /"action":"([^"]+)"/.exec(body)?.[1] ?? '');
  }

  it('asks for a sign-in, then for consent, and answers with a code, the state and the issuer', async () => {
    const browser = new TestBrowser(stack, realm);
    const id = await browser.begin(authorizeUrl(realm, application.clientId));
    expect(await browser.pending(id)).toMatchObject({
      ask: { page: 'login' },
      application: { clientId: application.clientId, firstParty: false },
    });
    const page = { kind: 'redirect', location: `${realm.issuer}/sign-in/${id}` };
    expect(await browser.signIn(id, ada)).toEqual(page);
    expect(await browser.pending(id)).toMatchObject({
      ask: { page: 'consent', userId: ada.id, access: { scope: SCOPES } },
    });
    const asked = await browser.pending(id);
    const onward = await browser.consent(id, ada);
    const answer = new URL(onward.kind === 'redirect' ? onward.location : '');
    expect(answer.origin + answer.pathname).toBe('https://app.example.com/callback');
    expect(Object.fromEntries(answer.searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 'a state',
      iss: realm.issuer,
    });
    await expect(browser.pending(id)).rejects.toThrow('is not there');
    // One who has seen the page before, and answers now.
    await expect(browser.consent(asked, ada)).rejects.toMatchObject({
      code: 'interaction_gone',
    });
  });

  it('gives tokens that the published keys verify, about the user who signed in', async () => {
    const { status, headers, body } = await redeem(realm, application, await getCode());
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const keys = createRemoteJWKSet(new URL(`${realm.issuer}/jwks`));
    const idToken = await jwtVerify(body.id_token ?? '', keys, {
      issuer: realm.issuer,
      audience: application.clientId,
    });
    expect(idToken.payload).toMatchObject({ sub: ada.id, nonce: 'a nonce', amr: ['pwd'] });
    const accessToken = await jwtVerify(body.access_token ?? '', keys, {
      issuer: realm.issuer,
      audience: realm.issuer,
      typ: 'at+jwt',
    });
    expect(accessToken.payload).toMatchObject({ sub: ada.id, client_id: application.clientId });
    const userinfo = await fetch(`${realm.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${body.access_token ?? ''}` },
    });
    expect(await userinfo.json()).toMatchObject({
      sub: ada.id,
      email: 'ada@example.com',
      email_verified: true,
    });
  });

  it('rotates refresh tokens, and kills the family of one that is shown twice', async () => {
    const first = await redeem(realm, application, await getCode());
    const second = await refresh(realm, application, first.body.refresh_token ?? '');
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);

    const replay = await refresh(realm, application, first.body.refresh_token ?? '');
    expect([replay.status, replay.body.error]).toEqual([400, 'invalid_grant']);
    const successor = await refresh(realm, application, second.body.refresh_token ?? '');
    expect([successor.status, successor.body.error]).toEqual([400, 'invalid_grant']);

    const grantId = await grantOf(second.body.access_token ?? '');
    expect(await auditOf(grantId)).toEqual([
      'grant.issued',
      'grant.refreshed',
      'grant.revoked',
    ]);
    const { rows } = await owner.query(
      `SELECT type, subject, data->>'clientId' AS client FROM security_events
       WHERE data->>'grantId' = $1`,
      [grantId],
    );
    expect(rows).toEqual([
      { type: 'refresh_token.replayed', subject: ada.id, client: application.clientId },
    ]);
    const dead = await post(realm.issuer, 'introspect', await introspector(), {
      token: second.body.access_token ?? '',
    });
    expect(dead.body).toEqual({ active: false });
  });

  it('kills what came of a code that is redeemed twice', async () => {
    const code = await getCode();
    const first = await redeem(realm, application, code);
    const again = await redeem(realm, application, code);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    const refreshed = await refresh(realm, application, first.body.refresh_token ?? '');
    expect(refreshed.body.error).toBe('invalid_grant');
    const userinfo = await fetch(`${realm.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${first.body.access_token ?? ''}` },
    });
    expect(userinfo.status).toBe(401);
  });

  it('leaves a code alone that is shown by another application, or without the verifier', async () => {
    const code = await getCode();
    const other = await stack.createApplication(realm, { scopes: SCOPES });
    for (const attempt of [
      await redeem(realm, other, code),
      await redeem(realm, application, code, { code_verifier: 'x'.repeat(43) }),
      await redeem(realm, application, code, { redirect_uri: 'https://app.example.com/else' }),
    ]) {
      expect([attempt.status, attempt.body.error]).toEqual([400, 'invalid_grant']);
    }
    expect((await redeem(realm, application, code)).status).toBe(200);
  });

  it('keeps an interaction to the browser that began it, the organization and the mode', async () => {
    const browser = new TestBrowser(stack, realm);
    const id = await browser.begin(authorizeUrl(realm, application.clientId));
    const stranger = new TestBrowser(stack, realm);
    await stranger.begin(authorizeUrl(realm, application.clientId));
    await expect(stranger.pending(id)).rejects.toThrow('is not there');
    const seen = await browser.pending(id);
    await expect(stranger.signIn(seen, ada)).rejects.toMatchObject({
      code: 'interaction_gone',
    });
    const testSide = new TestBrowser(stack, await stack.realm('acme-test'));
    for (const [name, value] of browser.cookies) testSide.cookies.set(name, value);
    await expect(testSide.pending(id)).rejects.toThrow('is not there');
    expect((await browser.pending(id)).ask.page).toBe('login');
  });

  it('answers one of several who answer at once', async () => {
    const fresh = await stack.createApplication(realm, { scopes: SCOPES });
    const browser = new TestBrowser(stack, realm);
    const id = await browser.begin(authorizeUrl(realm, fresh.clientId));
    await browser.signIn(id, ada);
    const before = await countCodes();
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => browser.consent(id, ada)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await countCodes()) - before).toBe(1);
  });

  async function countCodes(): Promise<number> {
    const { rows } = await owner.query<{ count: string }>(
      'SELECT count(*) FROM authorization_codes',
    );
    return Number(rows[0]?.count);
  }

  async function grantOf(accessToken: string): Promise<string> {
    const { rows } = await owner.query<{ id: string }>(
      'SELECT id FROM grants WHERE revoked_reason = $1 ORDER BY created_at DESC LIMIT 1',
      ['refresh_token_replayed'],
    );
    expect(decodeJwt(accessToken)['sub']).toBe(ada.id);
    return rows[0]?.id ?? '';
  }

  async function introspector(): Promise<TestApplication> {
    return stack.createApplication(realm, {
      type: 'machine',
      redirectUris: [],
      grantTypes: ['client_credentials'],
      mayIntrospect: true,
    });
  }
});
