import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  dpopKey,
  grantCode,
  redeem,
  refresh,
  secret,
  serviceApplication,
  type TokenBody,
} from '../../../test/memory/redemption.js';
import { postOf } from '../../../test/memory/requests.js';
import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';
import { type OAuthResponse } from '../http/response.js';
import { introspectToken } from './introspect-token.js';

let standing: Standing;
let tokens: TokenBody;
beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set('service', {
    ...serviceApplication,
    mayIntrospect: true,
  });
  tokens = (await redeem(standing, grantCode(standing))).body;
});

const asService = { client_id: 'service', client_secret: secret };

function introspect(
  token: string,
  caller: Readonly<Record<string, string>> = asService,
): Promise<OAuthResponse> {
  return introspectToken(standing.context, postOf({ token, ...caller }));
}

const inactive = { status: 200, body: { active: false } };

describe('the introspection endpoint (RFC 7662)', () => {
  it('tells a resource server of an access token', async () => {
    const { status, headers, body } = await introspect(tokens.access_token);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    const now = standing.clock.at.getTime() / 1_000;
    expect(body).toEqual({
      active: true,
      token_type: 'Bearer',
      iss: issuer,
      sub: alice.id,
      aud: issuer,
      client_id: 'web-app',
      scope: 'openid offline_access',
      iat: now,
      exp: now + 600,
      jti: expect.any(String),
    });
  });

  it('tells of a refresh token, which stays good', async () => {
    const { body } = await introspect(tokens.refresh_token);
    const now = standing.clock.at.getTime() / 1_000;
    expect(body).toEqual({
      active: true,
      iss: issuer,
      sub: alice.id,
      client_id: 'web-app',
      scope: 'openid offline_access photos:read',
      iat: now,
      exp: now + 14 * 86_400,
    });
    expect((await refresh(standing, tokens.refresh_token)).status).toBe(200);
  });

  it('tells to which key tokens are bound (RFC 9449 §6.2)', async () => {
    const key = await dpopKey(standing);
    const { body } = await redeem(standing, grantCode(standing), {}, await key.proof());
    const cnf = { jkt: key.jkt };
    expect((await introspect(body.access_token)).body).toMatchObject({
      token_type: 'DPoP',
      cnf,
    });
    expect((await introspect(body.refresh_token)).body).toMatchObject({ active: true, cnf });
  });

  it('tells of several audiences, and of an empty scope', async () => {
    const resources = ['https://films.example/api', 'https://photos.example'];
    const scope = ['offline_access'];
    standing.store.state.applications.set('web-app', { ...webApplication, resources });
    const { body } = await redeem(standing, grantCode(standing, {}, { resources, scope }));
    const told = await introspect(body.access_token);
    expect(told.body).toMatchObject({ active: true, aud: resources });
    expect(told.body).not.toHaveProperty('scope');
  });

  it.each([
    ['what is no token', () => 'nothing'],
    ['an ID token', () => tokens.id_token],
    ['a changed access token', () => `${tokens.access_token.slice(0, -8)}AAAAAAAA`],
  ])('says active: false and not a word more of %s', async (_name, token) => {
    expect(await introspect(token())).toMatchObject(inactive);
  });

  it('says no more of tokens that have expired', async () => {
    standing.clock.advance(600);
    expect(await introspect(tokens.access_token)).toMatchObject(inactive);
    standing.clock.advance(14 * 86_400);
    expect(await introspect(tokens.refresh_token)).toMatchObject(inactive);
  });

  it('says no more of a consumed refresh token, and holds looking at it against nobody', async () => {
    const { body } = await refresh(standing, tokens.refresh_token);
    expect(await introspect(tokens.refresh_token)).toMatchObject(inactive);
    expect((await introspect(body.refresh_token)).body).toMatchObject({ active: true });
    expect(standing.store.state.securityEvents).toEqual([]);
  });

  it.each([
    [
      'the grant was revoked',
      () => {
        for (const [id, grant] of standing.store.state.grants) {
          const revocation = { at: standing.clock.at, reason: 'signed_out' } as const;
          standing.store.state.grants.set(id, { ...grant, revocation });
        }
      },
    ],
    [
      'the grant was cleared away',
      () => {
        standing.store.state.grants.clear();
      },
    ],
    ['the user was deactivated', () => standing.store.state.users.delete(alice.id)],
    [
      'the application was disabled',
      () => standing.store.state.applications.delete(webApplication.clientId),
    ],
  ])('says no more once %s', async (_name, change) => {
    change();
    expect(await introspect(tokens.access_token)).toMatchObject(inactive);
    expect(await introspect(tokens.refresh_token)).toMatchObject(inactive);
  });

  it("tells an application that is no resource server nothing of another's tokens", async () => {
    standing.store.state.applications.set('service', serviceApplication);
    expect(await introspect(tokens.access_token)).toMatchObject(inactive);
    expect(await introspect(tokens.refresh_token)).toMatchObject(inactive);
  });

  it('says nothing of tokens of another organization', async () => {
    const other = await stand({ issuer: 'https://id.example/other' });
    const { body } = await redeem(other, grantCode(other));
    expect(await introspect(body.access_token)).toMatchObject(inactive);
    expect(await introspect(body.refresh_token)).toMatchObject(inactive);
  });

  it('says nothing of tokens of the other mode', async () => {
    const { context } = standing;
    standing.store.state.applications.set('service', {
      ...serviceApplication,
      mode: 'test',
      mayIntrospect: true,
    });
    standing = { ...standing, context: { ...context, mode: 'test' } };
    expect(await introspect(tokens.access_token)).toMatchObject(inactive);
  });

  it('answers nobody who has not proved who they are', async () => {
    const { access_token } = tokens;
    await expect(introspect(access_token, {})).rejects.toMatchObject({
      code: 'invalid_client',
    });
    const wrong = introspect(access_token, { ...asService, client_secret: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_client' });
    const open = introspect(access_token, { client_id: 'web-app' });
    await expect(open).rejects.toMatchObject({ code: 'unauthorized_client' });
  });

  it('wants a token', async () => {
    await expect(introspect('')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
