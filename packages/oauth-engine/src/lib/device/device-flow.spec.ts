import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';

import { askForToken, type TokenAnswer } from '../../../test/memory/redemption.js';
import { postOf } from '../../../test/memory/requests.js';
import {
  alice,
  issuer,
  stand,
  webApplication,
  type Standing,
} from '../../../test/memory/standing.js';
import { type Application } from '../model/application.js';
import { type SignIn } from '../model/user.js';
import { type OAuthStore } from '../ports/store.js';
import { authorizeDevice } from './authorize-device.js';
import { decideDeviceRequest, findDeviceRequest } from './device-decision.js';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const television: Application = {
  ...webApplication,
  clientId: 'television',
  type: 'native',
  grantTypes: [deviceGrant, 'refresh_token'],
};
const signIn: SignIn = {
  sessionId: 'session-1',
  userId: alice.id,
  authenticatedAt: new Date('2030-01-01T00:00:00Z'),
  acr: 'urn:acme:two',
  amr: ['pwd', 'otp'],
};

interface Started {
  readonly device_code: string;
  readonly user_code: string;
}

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set('television', television);
});

async function start(parameters: Readonly<Record<string, string>> = {}): Promise<Started> {
  const request = postOf({ client_id: 'television', scope: 'openid', ...parameters });
  return (await authorizeDevice(standing.context, request)).body as unknown as Started;
}

const poll = (
  device_code: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> =>
  askForToken(standing, {
    grant_type: deviceGrant,
    client_id: 'television',
    device_code,
    ...changes,
  });

const decide = (typed: string, approved = true, by = signIn): Promise<boolean> =>
  decideDeviceRequest(standing.context, { typed, signIn: by, approved });

describe('the device authorization endpoint (RFC 8628 §3.1)', () => {
  it('gives a device a code to show and one to ask with', async () => {
    const request = postOf({ client_id: 'television' });
    const { status, headers, body } = await authorizeDevice(standing.context, request);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    const { user_code: userCode, device_code: deviceCode } = body as unknown as Started;
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verification_uri: `${issuer}/device`,
      verification_uri_complete: `${issuer}/device?user_code=${userCode}`,
      expires_in: 600,
      interval: 5,
    });
    const stored = JSON.stringify([...standing.store.state.deviceCodes]);
    expect(stored).not.toContain(deviceCode);
    expect(stored).not.toContain(userCode);
  });

  it.each([
    ['an application without this grant', { client_id: 'web-app' }, 'unauthorized_client'],
    ['an unknown application', { client_id: 'nobody' }, 'invalid_client'],
    ['a malformed scope', { scope: '"' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.example' }, 'invalid_target'],
  ])('refuses %s', async (_name, parameters, code) => {
    await expect(start(parameters)).rejects.toMatchObject({ code });
  });

  it('draws another user code where one is taken, and gives up in the end', async () => {
    const { context } = standing;
    const first = await start();
    let same = first.user_code.replace('-', '');
    const randomBytes = (size: number): Uint8Array => {
      if (size !== 8) return context.randomBytes(size);
      const letters = Array.from(same, (one) => 'BCDFGHJKLMNPQRSTVWXZ'.indexOf(one));
      return Uint8Array.from(letters);
    };
    standing = { ...standing, context: { ...context, randomBytes } };
    await expect(start()).rejects.toThrow('No free user code was drawn');
    same = same === 'BBBBBBBB' ? 'CCCCCCCC' : 'BBBBBBBB';
    expect((await start()).user_code.replace('-', '')).toBe(same);
  });
});

describe('a device', () => {
  it('gets its tokens once its user has approved, with what the user signed in by', async () => {
    const { device_code, user_code } = await start({ scope: 'openid offline_access' });
    expect(await decide(user_code.toLowerCase())).toBe(true);
    const { body } = await poll(device_code);
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: alice.id,
      client_id: 'television',
      acr: 'urn:acme:two',
      amr: ['pwd', 'otp'],
    });
    expect(decodeJwt(body.id_token)).toMatchObject({ sub: alice.id, sid: 'session-1' });
    expect(body.refresh_token).toEqual(expect.any(String));
    expect(standing.store.state.audit.map(({ action }) => action)).toEqual([
      'consent.granted',
      'device.approved',
      'grant.issued',
    ]);
    expect([...standing.store.state.consents.values()]).toMatchObject([
      { userId: alice.id, clientId: 'television', scope: expect.arrayContaining(['openid']) },
    ]);
  });

  it('waits until then', async () => {
    const { device_code } = await start();
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'authorization_pending' });
  });

  it('is told to slow down, by five seconds each time', async () => {
    const { device_code, user_code } = await start();
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'authorization_pending' });
    standing.clock.advance(4);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'slow_down' });
    await decide(user_code);
    standing.clock.advance(9);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'slow_down' });
    standing.clock.advance(15);
    expect((await poll(device_code)).status).toBe(200);
  });

  it('is told that its user refused', async () => {
    const { device_code, user_code } = await start();
    await decide(user_code, false);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'access_denied' });
    expect(standing.store.state.audit).toMatchObject([{ action: 'device.denied' }]);
  });

  it('is told that its code has expired', async () => {
    const { device_code, user_code } = await start();
    standing.clock.advance(600);
    expect(await decide(user_code)).toBe(false);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'expired_token' });
  });

  it('gets tokens once, however many ask at once', async () => {
    const { device_code, user_code } = await start();
    await decide(user_code);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => poll(device_code)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(standing.store.state.grants.size).toBe(1);
  });

  it('gets nothing where another request consumed its code in between', async () => {
    const { device_code, user_code } = await start();
    await decide(user_code);
    const { context } = standing;
    const store: OAuthStore = {
      ...context.store,
      transaction: (work) =>
        context.store.transaction((tx) =>
          work({
            ...tx,
            consumeDeviceCode: () =>
              Promise.resolve({ outcome: 'replayed' as const, grantId: 'other' }),
          }),
        ),
    };
    standing = { ...standing, context: { ...context, store } };
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(standing.store.state.grants.size).toBe(0);
  });

  it("gets nothing for another's code, nor for none", async () => {
    standing.store.state.applications.set('radio', { ...television, clientId: 'radio' });
    const { device_code, user_code } = await start();
    await decide(user_code);
    const stolen = poll(device_code, { client_id: 'radio' });
    await expect(stolen).rejects.toMatchObject({ code: 'invalid_grant' });
    await expect(poll('nothing')).rejects.toMatchObject({ code: 'invalid_grant' });
    await expect(poll('')).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await poll(device_code)).status).toBe(200);
  });

  it('gets nothing once its user was deactivated', async () => {
    const { device_code, user_code } = await start();
    await decide(user_code);
    standing.store.state.users.delete(alice.id);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('keeps its code after a request for a resource that was not authorized', async () => {
    const { device_code, user_code } = await start({ resource: 'https://photos.example' });
    await decide(user_code);
    await expect(poll(device_code, { resource: issuer })).rejects.toMatchObject({
      code: 'invalid_target',
    });
    const { body } = await poll(device_code);
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: 'https://photos.example' });
  });
});

describe('the page for the user code (RFC 8628 §3.3)', () => {
  it('shows who asks, and for what', async () => {
    const { user_code } = await start({ resource: 'https://photos.example' });
    expect(await findDeviceRequest(standing.context, user_code)).toEqual({
      application: television,
      access: { scope: ['openid'], resourceScope: ['https://photos.example'] },
    });
  });

  it('finds nothing for what is no code, decided, expired, or of a disabled application', async () => {
    const find = (typed: string): Promise<unknown> =>
      findDeviceRequest(standing.context, typed);
    expect(await find('x')).toBeUndefined();
    expect(await find('BBBB-BBBB')).toBeUndefined();
    const decided = await start();
    await decide(decided.user_code);
    expect(await find(decided.user_code)).toBeUndefined();
    const disabled = await start();
    standing.store.state.applications.delete('television');
    expect(await find(disabled.user_code)).toBeUndefined();
    expect(await decide(disabled.user_code)).toBe(false);
    standing.store.state.applications.set('television', television);
    standing.clock.advance(600);
    expect(await find(disabled.user_code)).toBeUndefined();
  });

  it('takes one decision, of an active user', async () => {
    const { user_code, device_code } = await start();
    expect(await decide(user_code, true, { ...signIn, userId: 'nobody' })).toBe(false);
    const decisions = await Promise.all([decide(user_code, false), decide(user_code, true)]);
    expect(decisions).toEqual([true, false]);
    await expect(poll(device_code)).rejects.toMatchObject({ code: 'access_denied' });
  });
});
