import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  askForToken,
  grantCode,
  isLive,
  redeem,
  refresh,
  secret,
  serviceApplication,
  type TokenBody,
} from '../../../test/memory/redemption.js';
import { postOf } from '../../../test/memory/requests.js';
import { stand, type Standing } from '../../../test/memory/standing.js';
import { type OAuthResponse } from '../http/response.js';
import { revokeToken } from './revoke-token.js';

let standing: Standing;
let tokens: TokenBody;
beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set('service', serviceApplication);
  tokens = (await redeem(standing, grantCode(standing))).body;
});

const revoke = (
  token: string,
  caller: Readonly<Record<string, string>> = { client_id: 'web-app' },
): Promise<OAuthResponse> => revokeToken(standing.context, postOf({ token, ...caller }));

const done = { status: 200, headers: { 'cache-control': 'no-store', pragma: 'no-cache' } };
const revocations = (): readonly string[] =>
  standing.store.state.audit
    .map(({ action }) => action)
    .filter((one) => one.includes('revoked'));

describe('the revocation endpoint (RFC 7009)', () => {
  it('kills the family of a refresh token', async () => {
    expect(await revoke(tokens.refresh_token)).toEqual(done);
    await expect(refresh(standing, tokens.refresh_token)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    expect(await isLive(standing, tokens.access_token)).toBe(false);
    expect(revocations()).toEqual(['grant.revoked']);
    expect(standing.store.state.securityEvents).toEqual([]);
  });

  it('kills it by a token that was consumed, too', async () => {
    const { body } = await refresh(standing, tokens.refresh_token);
    expect(await revoke(tokens.refresh_token)).toEqual(done);
    expect(await isLive(standing, body.access_token)).toBe(false);
  });

  it('kills an access token alone', async () => {
    expect(await revoke(tokens.access_token)).toEqual(done);
    expect(await isLive(standing, tokens.access_token)).toBe(false);
    expect(revocations()).toEqual(['access_token.revoked']);
    const { body } = await refresh(standing, tokens.refresh_token);
    expect(await isLive(standing, body.access_token)).toBe(true);
  });

  it('remembers a dead access token until it would have expired', async () => {
    await revoke(tokens.access_token);
    const [[, until]] = [...standing.store.state.revokedAccessTokens] as [[string, Date]];
    expect(until).toEqual(new Date(standing.clock.at.getTime() + 600_000));
  });

  it("kills an application's own token, which has no family", async () => {
    const caller = { client_id: 'service', client_secret: secret };
    const { body } = await askForToken(standing, {
      grant_type: 'client_credentials',
      ...caller,
    });
    expect(await revoke(body.access_token, caller)).toEqual(done);
    expect(await isLive(standing, body.access_token)).toBe(false);
  });

  it('answers the second time as the first, and writes nothing down', async () => {
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      expect(await revoke(token)).toEqual(done);
      expect(await revoke(token)).toEqual(done);
    }
    expect(revocations()).toEqual(['access_token.revoked', 'grant.revoked']);
  });

  it.each([
    ['what is no token', () => 'nothing'],
    ['an ID token', () => tokens.id_token],
  ])('answers %s as done (§2.2)', async (_name, token) => {
    expect(await revoke(token())).toEqual(done);
    expect(revocations()).toEqual([]);
  });

  it('answers an expired access token as done', async () => {
    standing.clock.advance(600);
    expect(await revoke(tokens.access_token)).toEqual(done);
    expect(revocations()).toEqual([]);
  });

  it('pays no heed to token_type_hint (§2.1)', async () => {
    for (const token_type_hint of ['access_token', 'something']) {
      const caller = { client_id: 'web-app', token_type_hint };
      expect(await revoke(tokens.refresh_token, caller)).toEqual(done);
    }
    expect(await isLive(standing, tokens.access_token)).toBe(false);
  });

  it("refuses another's tokens, and leaves them alive (§2.1)", async () => {
    const caller = { client_id: 'service', client_secret: secret };
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      await expect(revoke(token, caller)).rejects.toMatchObject({ code: 'invalid_grant' });
    }
    expect(await isLive(standing, tokens.access_token)).toBe(true);
    expect((await refresh(standing, tokens.refresh_token)).status).toBe(200);
    expect(revocations()).toEqual([]);
  });

  it('answers nobody unknown, and wants a token', async () => {
    const unknown = revoke(tokens.access_token, { client_id: 'nobody' });
    await expect(unknown).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(revoke('')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('leaves no branch alive when it meets a refresh', async () => {
    const [answer] = await Promise.allSettled([
      refresh(standing, tokens.refresh_token),
      revoke(tokens.refresh_token),
    ]);
    const { refresh_token: branch } =
      answer.status === 'fulfilled' ? answer.value.body : tokens;
    await expect(refresh(standing, branch)).rejects.toMatchObject({ code: 'invalid_grant' });
  });
});
