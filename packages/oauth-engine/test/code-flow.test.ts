import { createHash, randomBytes } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';

import {
  authorize,
  endSession,
  issueToken,
  jwks,
  pushAuthorizationRequest,
  userinfo,
  type JsonObject,
} from '../src/index.js';
import { getOf, postOf } from './memory/requests.js';
import { alice, issuer, stand, webApplication, type Standing } from './memory/standing.js';

const verifier = randomBytes(32).toString('base64url');
const redirect_uri = 'https://app.example/callback';
const client_id = webApplication.clientId;

let standing: Standing;

beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set(client_id, { ...webApplication, firstParty: true });
});

/** From a pushed request to the code. */
async function obtainCode(): Promise<string> {
  const pushed = await pushAuthorizationRequest(
    standing.context,
    postOf({
      client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid email offline_access',
      nonce: 'n-1',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
  );
  const request_uri = pushed.body?.['request_uri'] as string;
  const signIn = {
    sessionId: 'session-1',
    userId: alice.id,
    authenticatedAt: standing.clock.at,
    amr: ['pwd'],
  };
  const outcome = await authorize(standing.context, getOf({ client_id, request_uri }), {
    signIn,
  });
  if (outcome.kind !== 'redirect') throw new Error(`Unexpected outcome: ${outcome.kind}`);
  return new URL(outcome.location).searchParams.get('code') ?? '';
}

async function redeem(parameters: Record<string, string>): Promise<JsonObject> {
  const { status, body } = await issueToken(
    standing.context,
    postOf({ client_id, ...parameters }),
  );
  expect(status).toBe(200);
  return body ?? {};
}

const grant = { grant_type: 'authorization_code', redirect_uri, code_verifier: verifier };

describe('the code flow, from a pushed request to the logout', () => {
  it('gives tokens that the published keys verify, userinfo, a refresh, and ends', async () => {
    const tokens = await redeem({ ...grant, code: await obtainCode() });
    const { keys } = (await jwks(standing.context, getOf())).body as unknown as {
      keys: { kty: string }[];
    };
    const { payload } = await jwtVerify(
      tokens['id_token'] as string,
      createLocalJWKSet({ keys }),
      {
        issuer,
        audience: client_id,
        currentDate: standing.clock.at,
      },
    );
    expect(payload).toMatchObject({ sub: alice.id, nonce: 'n-1', sid: 'session-1' });

    const ask = (token: unknown): ReturnType<typeof userinfo> =>
      userinfo(standing.context, getOf({}, { authorization: `Bearer ${token as string}` }));
    expect((await ask(tokens['access_token'])).body).toMatchObject({
      email: 'alice@example.com',
    });

    const refreshed = await redeem({
      grant_type: 'refresh_token',
      refresh_token: tokens['refresh_token'] as string,
    });
    expect(refreshed['refresh_token']).not.toBe(tokens['refresh_token']);
    expect((await ask(refreshed['access_token'])).status).toBe(200);

    const outcome = await endSession(
      standing.context,
      getOf({ id_token_hint: refreshed['id_token'] as string }),
      { sessionId: 'session-1', userId: alice.id },
    );
    expect(outcome).toEqual({ kind: 'ended' });
    expect(standing.store.state.audit.map(({ action }) => action)).toEqual([
      'authorization.granted',
      'grant.issued',
      'grant.refreshed',
      'session.ended',
    ]);
  });

  it('is over for everybody once its code was redeemed twice', async () => {
    const code = await obtainCode();
    const tokens = await redeem({ ...grant, code });
    await expect(redeem({ ...grant, code })).rejects.toMatchObject({ code: 'invalid_grant' });

    const request = getOf({}, { authorization: `Bearer ${tokens['access_token'] as string}` });
    await expect(userinfo(standing.context, request)).rejects.toMatchObject({
      code: 'invalid_token',
    });
    const refresh_token = tokens['refresh_token'] as string;
    await expect(redeem({ grant_type: 'refresh_token', refresh_token })).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    expect(standing.store.state.securityEvents).toMatchObject([
      { type: 'authorization_code.replayed', clientId: client_id, userId: alice.id },
    ]);
  });
});
