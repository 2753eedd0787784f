import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { randomUUID, type webcrypto } from 'node:crypto';
import pg from 'pg';
import { ApplicationsService } from '../src/applications/applications.service.js';
import { OPERATOR } from '../src/audit/origin.js';
import { Tenants } from '../src/database/database.js';
import { OAuthContexts } from '../src/oauth/contexts/oauth-contexts.js';
import { type Realm } from '../src/realms/realm.js';
import { familiesOf } from './support/families.js';
import { type OAuthAnswer, post, redeem, refresh } from './support/oauth-client.js';
import { plantCode, plantGrant, plantUser, type SignedIn } from './support/planted.js';
import { type ServiceProcess, startServiceProcess } from './support/service-process.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

describe('what the OAuth endpoints remember', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: SignedIn;
  let owner: pg.Client;
  let another: ServiceProcess;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await plantUser(stack, realm);
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    another = await startServiceProcess(stack);
  });
  afterAll(async () => {
    await another.stop();
    await owner.end();
    await stack.stop();
  });

  const elsewhere = (): { readonly issuer: string } => ({ issuer: `${another.url}/acme` });
  const form = { grant_type: 'client_credentials' };
  const machine = (settings: object = {}): Promise<TestApplication> =>
    stack.createApplication(realm, {
      type: 'machine',
      redirectUris: [],
      grantTypes: ['client_credentials'],
      ...settings,
    });

  it('a DPoP proof is used once, in all processes', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const dpop = await new SignJWT({
      htm: 'POST',
      htu: `${realm.issuer}/token`,
      jti: randomUUID(),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey);
    const application = await machine();
    const first = await post(realm.issuer, 'token', application, form, { dpop });
    expect(first.body['token_type']).toBe('DPoP');
    for (const { issuer } of [realm, elsewhere()]) {
      const again = await post(issuer, 'token', application, form, { dpop });
      expect(again.body.error).toBe('invalid_dpop_proof');
    }
  });

  describe('an application that publishes its keys', () => {
    let published: Server;
    let key: webcrypto.CryptoKey;
    let application: TestApplication;
    let asked = 0;

    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true });
      key = pair.privateKey;
      const jwk = { ...(await exportJWK(pair.publicKey)), kty: 'EC', kid: 'one' };
      published = createServer((_request, response) => {
        asked += 1;
        response.end(JSON.stringify({ keys: [jwk] }));
      }).listen(0, '127.0.0.1');
      await once(published, 'listening');
      application = await machine({
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwksUri: 'https://app.example.com/jwks',
      });
      // The management API takes https alone.
      await owner.query('UPDATE applications SET jwks_uri = $1 WHERE id = $2', [
        `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks`,
        application.clientId,
      ]);
    });
    afterAll(() => {
      published.close();
    });

    const assertion = (jti: string = randomUUID()): Promise<string> =>
      new SignJWT({ jti })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(application.clientId)
        .setSubject(application.clientId)
        .setAudience(realm.issuer)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(key);
    const ask = (client_assertion: string, issuer = realm.issuer): Promise<OAuthAnswer> =>
      post(
        issuer,
        'token',
        { clientId: '', clientSecret: undefined },
        {
          client_id: application.clientId,
          client_assertion,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          ...form,
        },
      );

    it('is let in by them, which are asked for once in a while', async () => {
      expect((await ask(await assertion())).status).toBe(200);
      expect((await ask(await assertion())).status).toBe(200);
      expect(asked).toBe(1);
    });

    it('cannot use an assertion twice, at any process', async () => {
      const once = await assertion();
      expect((await ask(once)).status).toBe(200);
      for (const { issuer } of [realm, elsewhere()]) {
        expect((await ask(once, issuer)).body.error).toBe('invalid_client');
      }
    });
  });

  it('lets in at once by a secret that another process has made, and out by one that it ended', async () => {
    const application = await machine();
    expect((await post(elsewhere().issuer, 'token', application, form)).status).toBe(200);
    const rotated = await stack
      .get(Tenants)
      .withTenant(realm.orgId, (tx) =>
        stack
          .get(ApplicationsService)
          .rotateSecret(tx, realm, application.clientId, 0, OPERATOR),
      );
    const renewed = { ...application, clientSecret: rotated?.secret.reveal() };
    expect((await post(elsewhere().issuer, 'token', renewed, form)).status).toBe(200);
    expect((await post(elsewhere().issuer, 'token', application, form)).status).toBe(401);
    expect((await post(realm.issuer, 'token', application, form)).status).toBe(401);
  });

  it('shuts an application out at once in the process where it was disabled', async () => {
    const application = await machine();
    expect((await post(realm.issuer, 'token', application, form)).status).toBe(200);
    await stack
      .get(Tenants)
      .withTenant(realm.orgId, (tx) =>
        stack.get(ApplicationsService).disable(tx, realm, application.clientId, OPERATOR),
      );
    const after = await post(realm.issuer, 'token', application, form);
    expect([after.status, after.body.error]).toEqual([401, 'invalid_client']);
  });

  it('knows nothing on the test side of what is on the live side', async () => {
    const application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    const code = await plantCode(stack, realm, application.clientId, ada);
    const { refreshToken } = await plantGrant(stack, realm, application.clientId, ada);
    const testSide = { issuer: `${realm.issuer}-test` };
    expect((await redeem(testSide, application, code)).body.error).toBe('invalid_client');
    const onTestSide = await stack.createApplication(await stack.realm('acme-test'), {
      scopes: ['openid', 'offline_access'],
    });
    expect((await redeem(testSide, onTestSide, code)).body.error).toBe('invalid_grant');
    expect((await refresh(testSide, onTestSide, refreshToken)).body.error).toBe(
      'invalid_grant',
    );
    expect((await redeem(realm, application, code)).status).toBe(200);
    expect((await refresh(realm, application, refreshToken)).status).toBe(200);
  });

  it('finds and consumes nothing on the test side by what names it on the live side', async () => {
    const { clientId } = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    const code = sha256Digest(await plantCode(stack, realm, clientId, ada));
    const { grantId, refreshToken } = await plantGrant(stack, realm, clientId, ada);
    const token = sha256Digest(refreshToken);
    const { store: live } = await stack.get(OAuthContexts).of(realm, {});
    const [pushed, device, userCode] = [1, 2, 3].map(() => sha256Digest(randomUUID()));
    if (!pushed || !device || !userCode) throw new Error('three were made');
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 60_000);
    await live.transaction(async (tx) => {
      await tx.insertPushedRequest({ digest: pushed, clientId, parameters: [], expiresAt });
      const ask = { clientId, scope: [], resources: [], intervalSeconds: 5, expiresAt };
      await tx.insertDeviceCode({ digest: device, userCodeDigest: userCode, ...ask });
    });

    const contexts = stack.get(OAuthContexts);
    const { store } = await contexts.of(await stack.realm('acme-test'), {});
    const found = await store.transaction(async (tx) => [
      await tx.findApplication(clientId),
      await tx.findUser(ada.user.id),
      await tx.lockGrant(grantId),
      await tx.findRefreshToken(token),
      await tx.lockGrantOfRefreshToken(token),
      await tx.findAuthorizationCode(code),
      await tx.consumeAuthorizationCode({ digest: code, now, grantId }),
      await tx.consumePushedRequest({ digest: pushed, clientId, now }),
      await tx.findDeviceCodeByUserCode(userCode, now),
      await tx.pollDeviceCode({ digest: device, clientId, now }),
      await tx.consumeDeviceCode({ digest: device, now, grantId }),
    ]);
    expect(found.filter((one) => one !== undefined)).toEqual([]);
    const changed = await store.transaction(async (tx) => [
      await tx.revokeGrant({ grantId, now, reason: 'revoked_by_user' }),
      await tx.decideDeviceCode({ digest: device, now, decision: { kind: 'denied' } }),
      await tx.endSession({ sessionId: ada.sessionId, userId: ada.user.id, now }),
    ]);
    expect(changed).toEqual([false, false, false]);
    const state = await store.findAccessTokenState({ jti: 'none', clientId, grantId });
    expect(state).toEqual({ revoked: false });
    const lists = await store.transaction(async (tx) => [
      ...(await tx.findApplicationsOfSession(ada.sessionId)),
      ...(await tx.revokeGrantsOfSession({
        sessionId: ada.sessionId,
        now,
        reason: 'signed_out',
      })),
    ]);
    expect(lists).toEqual([]);
  });

  describe('an application with a leeway', () => {
    let application: TestApplication;

    beforeAll(async () => {
      application = await stack.createApplication(realm, {
        scopes: ['openid', 'offline_access'],
        refreshLeeway: 30,
      });
    });

    it('gets one successor, whoever of its tabs was first', async () => {
      const grant = await plantGrant(stack, realm, application.clientId, ada);
      const answers = await Promise.all(
        [realm, elsewhere(), realm, elsewhere()].map((at) =>
          refresh(at, application, grant.refreshToken),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      const [family] = await familiesOf(owner, [grant.grantId]);
      expect(family).toMatchObject({ dead: false, unused: 1, refreshed: 1 });
      const { rows } = await owner.query<{ sealed: string }>(
        `SELECT encode(sealed_successor, 'escape') AS sealed FROM refresh_tokens
         WHERE grant_id = $1 AND sealed_successor IS NOT NULL`,
        [grant.grantId],
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.sealed).not.toContain(answers[0]?.body.refresh_token);
    });

    it('loses all when a token is shown again after its successor was used', async () => {
      const grant = await plantGrant(stack, realm, application.clientId, ada);
      const first = await refresh(realm, application, grant.refreshToken);
      await refresh(realm, application, first.body.refresh_token ?? '');
      const replay = await refresh(realm, application, grant.refreshToken);
      expect(replay.body.error).toBe('invalid_grant');
      const [family] = await familiesOf(owner, [grant.grantId]);
      expect(family).toMatchObject({ dead: true, reason: 'refresh_token_replayed' });
    });
  });
});
