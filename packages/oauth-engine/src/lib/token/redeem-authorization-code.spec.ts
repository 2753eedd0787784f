import { sha256Digest } from '@nomo/security-core';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  dpopKey,
  grantCode,
  isLive,
  redeem,
  refresh,
  secret,
  serviceApplication,
} from '../../../test/memory/redemption.js';
import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';

const invalidGrant = { name: 'OAuthError', code: 'invalid_grant', status: 400 };

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
});

describe('an authorization code', () => {
  it('is redeemed for an access token, an ID token and a refresh token, that nobody keeps', async () => {
    const { status, headers, body } = await redeem(standing, grantCode(standing));

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid offline_access',
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      id_token: expect.any(String),
    });
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ typ: 'at+jwt' });
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: alice.id,
      aud: issuer,
      client_id: webApplication.clientId,
      amr: ['pwd'],
      acr: 'urn:acme:one',
    });
    const halfDigest = Buffer.from(sha256Digest(body.access_token)).subarray(0, 16);
    expect(decodeJwt(body.id_token)).toMatchObject({
      sub: alice.id,
      aud: webApplication.clientId,
      nonce: 'n-0S6',
      sid: 'session-1',
      auth_time: Date.parse('2029-12-31T23:00:00Z') / 1_000,
      at_hash: halfDigest.toString('base64url'),
    });
  });

  it('stores neither of its tokens, and writes down that the grant was issued', async () => {
    const { body } = await redeem(standing, grantCode(standing));
    const { state } = standing.store;
    expect(JSON.stringify([...state.refreshTokens, ...state.grants])).not.toContain(
      body.refresh_token,
    );
    expect(state.audit).toEqual([
      {
        action: 'grant.issued',
        actor: { type: 'application', id: 'web-app' },
        grantId: [...state.grants.keys()][0],
        clientId: 'web-app',
        userId: alice.id,
      },
    ]);
  });

  it('gives a grant the name of a UUIDv7', async () => {
    await redeem(standing, grantCode(standing));
    expect([...standing.store.state.grants.keys()]).toEqual([
      expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
    ]);
  });

  it('gives no refresh token without offline_access, and no ID token without openid', async () => {
    const { body } = await redeem(
      standing,
      grantCode(standing, {}, { scope: ['photos:read'] }),
    );
    expect(body).not.toHaveProperty('refresh_token');
    expect(body).not.toHaveProperty('id_token');
  });

  it('gives no refresh token to an application that may not refresh', async () => {
    standing.store.state.applications.set('web-app', {
      ...webApplication,
      grantTypes: ['authorization_code'],
    });
    expect((await redeem(standing, grantCode(standing))).body).not.toHaveProperty(
      'refresh_token',
    );
  });

  it('narrows the audience to the resource that is named (RFC 8707 §2.2)', async () => {
    const resources = ['https://photos.example', issuer];
    const both = await redeem(standing, grantCode(standing, {}, { resources }));
    expect(decodeJwt(both.body.access_token)).toMatchObject({ aud: resources });
    const one = await redeem(standing, grantCode(standing, {}, { resources }), {
      resource: 'https://photos.example',
    });
    expect(decodeJwt(one.body.access_token)).toMatchObject({
      aud: 'https://photos.example',
      scope: 'photos:read',
    });
    expect(one.body.scope).toBe('photos:read');
  });

  it('stays good after a request for a resource that was not authorized', async () => {
    const code = grantCode(standing, {}, { resources: [issuer] });
    const asked = redeem(standing, code, { resource: 'https://photos.example' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_target' });
    expect((await redeem(standing, code)).status).toBe(200);
  });

  it.each([
    ['another redirect URI', { redirect_uri: 'https://app.example/other' }, 'invalid_grant'],
    ['no redirect URI', { redirect_uri: undefined }, 'invalid_request'],
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['another application', { client_id: 'service', client_secret: secret }, 'invalid_grant'],
  ])('stays good after a request with %s', async (_name, changes, code) => {
    standing.store.state.applications.set('service', serviceApplication);
    const granted = grantCode(standing);
    await expect(redeem(standing, granted, changes)).rejects.toMatchObject({ code });
    expect((await redeem(standing, granted)).status).toBe(200);
  });

  it('is nothing to a thief who has it alone, even after it was redeemed', async () => {
    const code = grantCode(standing);
    const { body } = await redeem(standing, code);
    const stolen = redeem(standing, code, { code_verifier: 'x'.repeat(43) });
    await expect(stolen).rejects.toMatchObject(invalidGrant);
    expect(await isLive(standing, body.access_token)).toBe(true);
  });

  it('is refused once it has expired, and when there is none', async () => {
    const code = grantCode(standing);
    standing.clock.advance(60);
    await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);
    await expect(redeem(standing, 'nothing')).rejects.toMatchObject(invalidGrant);
    await expect(redeem(standing, '')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is refused once its user was deactivated', async () => {
    const code = grantCode(standing);
    standing.store.state.users.delete(alice.id);
    await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);
    expect(standing.store.state.grants.size).toBe(0);
  });

  it('stays good while its tokens cannot be signed', async () => {
    const code = grantCode(standing);
    const failing = {
      ...standing,
      context: {
        ...standing.context,
        signer: { ...standing.context.signer, sign: () => Promise.reject(new Error('no key')) },
      },
    };
    await expect(redeem(failing, code)).rejects.toThrow('no key');
    expect((await redeem(standing, code)).status).toBe(200);
  });

  describe('that is shown again', () => {
    it('kills what came of it, and says so, for good', async () => {
      const code = grantCode(standing);
      const { body } = await redeem(standing, code);
      const renewed = await refresh(standing, body.refresh_token);

      await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);

      expect(await isLive(standing, body.access_token)).toBe(false);
      expect(await isLive(standing, renewed.body.access_token)).toBe(false);
      const again = refresh(standing, renewed.body.refresh_token);
      await expect(again).rejects.toMatchObject(invalidGrant);
      const { audit, securityEvents, grants } = standing.store.state;
      const [grant] = [...grants.values()];
      expect(audit.at(-1)).toEqual({
        action: 'grant.revoked',
        actor: { type: 'application', id: 'web-app' },
        grantId: grant?.id,
        clientId: 'web-app',
        reason: 'authorization_code_replayed',
      });
      expect(securityEvents).toEqual([
        {
          type: 'authorization_code.replayed',
          grantId: grant?.id,
          clientId: 'web-app',
          userId: alice.id,
        },
      ]);
    });

    it('does so after its expiry too, and once', async () => {
      const code = grantCode(standing);
      await redeem(standing, code);
      standing.clock.advance(3_600);
      await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);
      await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });

    it('by many at once lets one win at most, and leaves nothing alive', async () => {
      const code = grantCode(standing);
      const racers = Array.from({ length: 10 }, () => redeem(standing, code));
      const results = await Promise.allSettled(racers);
      const winners = results.filter((one) => one.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(await isLive(standing, winners[0]?.value.body.access_token ?? '')).toBe(false);
      expect(standing.store.state.grants.size).toBe(1);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });
  });

  describe('with DPoP (RFC 9449)', () => {
    it('binds the access token, and for a public application the refresh token', async () => {
      const key = await dpopKey(standing);
      const { body } = await redeem(standing, grantCode(standing), {}, await key.proof());
      expect(body.token_type).toBe('DPoP');
      expect(decodeJwt(body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
      await expect(refresh(standing, body.refresh_token)).rejects.toMatchObject(invalidGrant);
      const other = await (await dpopKey(standing)).proof();
      const stolen = refresh(standing, body.refresh_token, {}, other);
      await expect(stolen).rejects.toMatchObject(invalidGrant);
      const renewed = await refresh(standing, body.refresh_token, {}, await key.proof());
      expect(decodeJwt(renewed.body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
    });

    it('lets a confidential application refresh under another key', async () => {
      standing.store.state.applications.set('service', serviceApplication);
      const by = { client_id: 'service', client_secret: secret };
      const code = grantCode(standing, {}, { clientId: 'service' });
      const { body } = await redeem(
        standing,
        code,
        by,
        await (await dpopKey(standing)).proof(),
      );
      const second = await dpopKey(standing);
      const renewed = await refresh(standing, body.refresh_token, by, await second.proof());
      expect(decodeJwt(renewed.body.access_token)).toMatchObject({ cnf: { jkt: second.jkt } });
    });

    it('is redeemed by the key alone that the authorization request named (§10)', async () => {
      const key = await dpopKey(standing);
      const code = grantCode(standing, { dpopJkt: key.jkt });
      await expect(redeem(standing, code)).rejects.toMatchObject(invalidGrant);
      const other = await (await dpopKey(standing)).proof();
      await expect(redeem(standing, code, {}, other)).rejects.toMatchObject(invalidGrant);
      expect((await redeem(standing, code, {}, await key.proof())).status).toBe(200);
    });
  });
});
