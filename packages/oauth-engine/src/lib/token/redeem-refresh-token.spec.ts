import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';

import {
  grantCode,
  isLive,
  redeem,
  refresh,
  secret,
  serviceApplication,
  type TokenBody,
} from '../../../test/memory/redemption.js';
import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';
import { type Authorization } from '../model/authorization.js';

const invalidGrant = { name: 'OAuthError', code: 'invalid_grant', status: 400 };
const day = 86_400;

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
});

async function first(authorization: Partial<Authorization> = {}): Promise<TokenBody> {
  return (await redeem(standing, grantCode(standing, {}, authorization))).body;
}

describe('a refresh token', () => {
  it('is exchanged for new tokens and its successor, and writes that down', async () => {
    const { refresh_token } = await first();
    const { status, headers, body } = await refresh(standing, refresh_token);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(body.refresh_token).not.toBe(refresh_token);
    expect(await isLive(standing, body.access_token)).toBe(true);
    expect(standing.store.state.audit.at(-1)).toMatchObject({
      action: 'grant.refreshed',
      clientId: 'web-app',
      userId: alice.id,
    });
  });

  it('gives an ID token of the same sign-in, without the nonce (OpenID Connect Core §12.2)', async () => {
    const before = await first();
    standing.clock.advance(300);
    const { body } = await refresh(standing, before.refresh_token);
    const [old, renewed] = [decodeJwt(before.id_token), decodeJwt(body.id_token)];
    const { iss, sub, aud, auth_time, sid } = old;
    expect(renewed).toMatchObject({ iss, sub, aud, auth_time, sid });
    expect(renewed.iat).toBe((old.iat ?? 0) + 300);
    expect(old).toHaveProperty('nonce');
    expect(renewed).not.toHaveProperty('nonce');
  });

  it('narrows the scope for once, and keeps the grant as it was (RFC 6749 §6)', async () => {
    const { refresh_token } = await first({ scope: ['openid', 'email', 'offline_access'] });
    const narrow = await refresh(standing, refresh_token, { scope: 'email' });
    expect(narrow.body.scope).toBe('email');
    expect(narrow.body).not.toHaveProperty('id_token');
    const whole = await refresh(standing, narrow.body.refresh_token);
    expect(whole.body.scope).toBe('openid email offline_access');
  });

  it('narrows the audience (RFC 8707 §2.2)', async () => {
    const resources = ['https://photos.example', issuer];
    const { refresh_token } = await first({ resources });
    const { body } = await refresh(standing, refresh_token, { resource: resources[0] });
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: resources[0] });
  });

  it('makes no token for a resource that was taken from the application since', async () => {
    const resources = ['https://photos.example'];
    const first = await redeem(standing, grantCode(standing, {}, { resources }));
    standing.store.state.applications.set('web-app', { ...webApplication, resources: [] });
    await expect(refresh(standing, first.body.refresh_token)).rejects.toMatchObject({
      code: 'invalid_target',
    });
    standing.store.state.applications.set('web-app', webApplication);
    const again = await refresh(standing, first.body.refresh_token);
    expect(decodeJwt(again.body.access_token)).toMatchObject({ aud: resources[0] });
  });

  it('gives no scope that was taken from the application since', async () => {
    const scope = ['openid', 'email', 'offline_access'];
    const first = await redeem(standing, grantCode(standing, {}, { scope }));
    expect(first.body.scope).toBe(scope.join(' '));
    standing.store.state.applications.set('web-app', {
      ...webApplication,
      scopes: ['openid', 'offline_access'],
    });
    const renewed = await refresh(standing, first.body.refresh_token);
    expect(renewed.body.scope).toBe('openid offline_access');
  });

  it.each([
    ['a scope that was not granted', { scope: 'openid photos:write' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'openid  email' }, 'invalid_scope'],
    [
      'a resource that was not authorized',
      { resource: 'https://photos.example' },
      'invalid_target',
    ],
    ['another application', { client_id: 'service', client_secret: secret }, 'invalid_grant'],
  ])('stays good after a request with %s', async (_name, changes, code) => {
    standing.store.state.applications.set('service', serviceApplication);
    const { refresh_token } = await first({ resources: [issuer] });
    await expect(refresh(standing, refresh_token, changes)).rejects.toMatchObject({ code });
    expect((await refresh(standing, refresh_token)).status).toBe(200);
  });

  it('stays good while its tokens cannot be signed', async () => {
    const { refresh_token } = await first();
    const { context } = standing;
    const signer = { ...context.signer, sign: () => Promise.reject(new Error('no key')) };
    const failing = { ...standing, context: { ...context, signer } };
    await expect(refresh(failing, refresh_token)).rejects.toThrow('no key');
    expect((await refresh(standing, refresh_token)).status).toBe(200);
  });

  it('is not exchanged once its grant was revoked, although it was when that was looked up', async () => {
    const { refresh_token, access_token } = await first();
    const { context, store } = standing;
    const exchangeRefreshToken: typeof store.exchangeRefreshToken = async (of) => {
      const { grantId } = of.successor;
      const reason = 'revoked_by_user';
      await store.transaction((tx) => tx.revokeGrant({ grantId, now: of.now, reason }));
      return store.exchangeRefreshToken(of);
    };
    const late = {
      ...standing,
      context: { ...context, store: { ...store, exchangeRefreshToken } },
    };
    await expect(refresh(late, refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await isLive(standing, access_token)).toBe(false);
    expect(store.state.refreshTokens.size).toBe(1);
    expect(store.state.securityEvents).toEqual([]);
  });

  it('stays good, and its family alive, when a store exchanges nothing for no reason', async () => {
    const { refresh_token } = await first();
    const { context, store } = standing;
    const idle = { ...store, exchangeRefreshToken: () => Promise.resolve(false) };
    const broken = refresh(
      { ...standing, context: { ...context, store: idle } },
      refresh_token,
    );
    await expect(broken).rejects.toThrow('was not exchanged');
    expect((await refresh(standing, refresh_token)).status).toBe(200);
  });

  it('is refused when there is none, or the parameter is missing', async () => {
    await expect(refresh(standing, 'nothing')).rejects.toMatchObject(invalidGrant);
    await expect(refresh(standing, '')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('expires when the application was idle for too long', async () => {
    const { refresh_token } = await first();
    standing.clock.advance(14 * day);
    await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(standing.store.state.securityEvents).toEqual([]);
  });

  it('expires with its grant, however busy the application was', async () => {
    let { refresh_token } = await first();
    for (let days = 0; days < 80; days += 10) {
      standing.clock.advance(10 * day);
      ({ refresh_token } = (await refresh(standing, refresh_token)).body);
    }
    standing.clock.advance(10 * day - 1);
    const last = await refresh(standing, refresh_token);
    const { grants, refreshTokens } = standing.store.state;
    expect([...refreshTokens.values()].at(-1)?.expiresAt).toEqual(
      [...grants.values()][0]?.expiresAt,
    );
    standing.clock.advance(1);
    const late = refresh(standing, last.body.refresh_token);
    await expect(late).rejects.toMatchObject(invalidGrant);
  });

  it('is refused once its user was deactivated', async () => {
    const { refresh_token, access_token } = await first();
    standing.store.state.users.delete(alice.id);
    await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await isLive(standing, access_token)).toBe(false);
  });

  it('is refused once its application may not refresh any more', async () => {
    const { refresh_token } = await first();
    const grantTypes = ['authorization_code'] as const;
    standing.store.state.applications.set('web-app', { ...webApplication, grantTypes });
    const asked = refresh(standing, refresh_token);
    await expect(asked).rejects.toMatchObject({ code: 'unauthorized_client' });
  });

  describe('that is shown again', () => {
    it('kills the family and says so, and then answers invalid_grant', async () => {
      const { refresh_token } = await first();
      const { body } = await refresh(standing, refresh_token);

      await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);

      expect(await isLive(standing, body.access_token)).toBe(false);
      const successor = refresh(standing, body.refresh_token);
      await expect(successor).rejects.toMatchObject(invalidGrant);
      const { audit, securityEvents, grants } = standing.store.state;
      const grantId = [...grants.keys()][0];
      expect(audit.at(-1)).toMatchObject({
        action: 'grant.revoked',
        grantId,
        reason: 'refresh_token_replayed',
      });
      expect(securityEvents).toEqual([
        { type: 'refresh_token.replayed', grantId, clientId: 'web-app', userId: alice.id },
      ]);
    });

    it('does so whatever else is wrong with the request', async () => {
      const { refresh_token } = await first();
      await refresh(standing, refresh_token);
      const replay = refresh(standing, refresh_token, { scope: 'admin' });
      await expect(replay).rejects.toMatchObject(invalidGrant);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });

    it('by another application is none of the family', async () => {
      standing.store.state.applications.set('service', serviceApplication);
      const { refresh_token } = await first();
      const { body } = await refresh(standing, refresh_token);
      const by = { client_id: 'service', client_secret: secret };
      await expect(refresh(standing, refresh_token, by)).rejects.toMatchObject(invalidGrant);
      expect(await isLive(standing, body.access_token)).toBe(true);
    });

    it('by many at once lets one win at most, and leaves no branch alive', async () => {
      const { refresh_token } = await first();
      const racers = Array.from({ length: 10 }, () => refresh(standing, refresh_token));
      const results = await Promise.allSettled(racers);
      const winners = results.filter((one) => one.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      const branch = winners[0]?.value.body.refresh_token ?? '';
      await expect(refresh(standing, branch)).rejects.toMatchObject(invalidGrant);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });
  });

  describe('with a leeway', () => {
    const lenient = (refreshLeewaySeconds: number): void => {
      const application = { ...webApplication, refreshLeewaySeconds };
      standing.store.state.applications.set('web-app', application);
    };

    it('gives those who come second the same successor, never a second branch', async () => {
      lenient(10);
      const { refresh_token } = await first();
      const racers = Array.from({ length: 10 }, () => refresh(standing, refresh_token));
      const answers = await Promise.all(racers);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      expect(standing.store.state.refreshTokens.size).toBe(2);
      expect(standing.store.state.securityEvents).toEqual([]);
      for (const { body } of answers)
        expect(await isLive(standing, body.access_token)).toBe(true);
    });

    it('keeps the successor sealed: it is nowhere to be read in the store', async () => {
      lenient(10);
      const { body } = await refresh(standing, (await first()).refresh_token);
      const [consumed] = [...standing.store.state.refreshTokens.values()];
      const sealed = Buffer.from(consumed?.leeway?.sealedSuccessor ?? []);
      expect(sealed.length).toBeGreaterThan(0);
      expect(sealed.includes(body.refresh_token)).toBe(false);
      expect(sealed.includes(Buffer.from(body.refresh_token, 'base64url'))).toBe(false);
    });

    it('is over when it is over', async () => {
      lenient(10);
      const { refresh_token } = await first();
      await refresh(standing, refresh_token);
      standing.clock.advance(10);
      await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });

    it('is never longer than 30 seconds', async () => {
      lenient(3_600);
      const { refresh_token } = await first();
      await refresh(standing, refresh_token);
      standing.clock.advance(30);
      await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
    });

    it('ends with the use of the successor: whoever comes after that has replayed', async () => {
      lenient(30);
      const { refresh_token } = await first();
      const { body } = await refresh(standing, refresh_token);
      const next = await refresh(standing, body.refresh_token);
      await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
      expect(await isLive(standing, next.body.access_token)).toBe(false);
      expect(standing.store.state.securityEvents).toHaveLength(1);
    });

    it('is no leeway where the seal does not open', async () => {
      lenient(10);
      const { refresh_token } = await first();
      await refresh(standing, refresh_token);
      for (const token of standing.store.state.refreshTokens.values()) {
        token.leeway?.sealedSuccessor.fill(0);
      }
      await expect(refresh(standing, refresh_token)).rejects.toMatchObject(invalidGrant);
    });
  });
});
