import { beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import fc from 'fast-check';

import {
  askForToken,
  dpopKey,
  grantCode,
  redeem,
  secret,
  serviceApplication,
} from '../../../test/memory/redemption.js';
import { getOf, postOf } from '../../../test/memory/requests.js';
import { issuer, stand, webApplication, type Standing } from '../../../test/memory/standing.js';
import { OAuthError } from '../errors.js';
import { issueToken } from './issue-token.js';

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set('service', serviceApplication);
});

const basic = (clientId: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${password}`).toString('base64')}`,
});

const asService = { client_id: 'service', client_secret: secret };
const clientCredentials = { grant_type: 'client_credentials' };

describe('the token endpoint (RFC 6749 §3.2)', () => {
  it('answers POST alone', async () => {
    const asked = issueToken(standing.context, getOf({ ...clientCredentials, ...asService }));
    await expect(asked).rejects.toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  it('reads forms alone', async () => {
    const request = postOf({}, { 'content-type': 'application/json' });
    await expect(issueToken(standing.context, request)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it.each(['grant_type', 'client_id', 'scope', 'something_unknown'])(
    'refuses %s sent twice',
    async (name) => {
      const twice = [
        ...Object.entries({ ...clientCredentials, ...asService }),
        [name, 'x'],
        [name, 'x'],
      ] as [string, string][];
      await expect(issueToken(standing.context, postOf(twice))).rejects.toMatchObject({
        code: 'invalid_request',
      });
    },
  );

  it.each(['password', 'implicit', 'urn:example:grant'])(
    'knows no grant of the name %s',
    async (grant_type) => {
      await expect(askForToken(standing, { grant_type, ...asService })).rejects.toMatchObject({
        code: 'unsupported_grant_type',
        status: 400,
      });
    },
  );

  it('wants a grant to be named', async () => {
    await expect(askForToken(standing, asService)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('refuses a grant that the application was not registered for', async () => {
    await expect(askForToken(standing, clientCredentials)).rejects.toMatchObject({
      code: 'unauthorized_client',
    });
  });

  it('lets nobody see of a refusal more than the RFC has', async () => {
    const asked = askForToken(standing, {
      ...asService,
      ...clientCredentials,
      client_secret: 'x',
    });
    const refusal: unknown = await asked.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OAuthError);
    expect((refusal as OAuthError).toResponse()).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        pragma: 'no-cache',
      },
      body: {
        error: 'invalid_client',
        error_description: 'The application could not be authenticated',
      },
    });
  });

  it('answers any form with a refusal or tokens, never with another failure', async () => {
    const name = fc.constantFrom(
      ...[
        'grant_type',
        'client_id',
        'client_secret',
        'scope',
        'resource',
        'code',
        'device_code',
      ],
      ...['refresh_token', 'redirect_uri', 'code_verifier', 'client_assertion', 'x'],
    );
    const value = fc.oneof(
      fc.constantFrom('service', secret, 'web-app', 'client_credentials', 'refresh_token'),
      fc.constantFrom('authorization_code', 'urn:ietf:params:oauth:grant-type:device_code', ''),
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 8 }), async (form) => {
        try {
          expect(await issueToken(standing.context, postOf(form))).toMatchObject({
            status: 200,
          });
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError);
        }
      }),
    );
  });
});

describe('client authentication (RFC 6749 §2.3)', () => {
  it('takes the way that is registered, and no other', async () => {
    const inHeader = askForToken(
      standing,
      { ...clientCredentials, client_id: undefined },
      basic('service', encodeURIComponent(secret)),
    );
    await expect(inHeader).rejects.toMatchObject({ code: 'invalid_client' });
    const inBody = await askForToken(standing, { ...clientCredentials, ...asService });
    expect(inBody.status).toBe(200);
  });

  it('takes either of two secrets while one replaces the other', async () => {
    standing.store.state.applications.set('service', {
      ...serviceApplication,
      authentication: {
        method: 'client_secret_basic',
        secretDigests: [sha256Digest('old'), sha256Digest('new')],
      },
    });
    for (const password of ['old', 'new']) {
      const { status } = await askForToken(
        standing,
        { ...clientCredentials, client_id: undefined },
        basic('service', password),
      );
      expect(status).toBe(200);
    }
  });

  it.each([
    ['a wrong secret', 'service', 'wrong'],
    ['an unknown application', 'nobody', secret],
    ['a public application', 'web-app', secret],
  ])(
    'says the same of %s, with a challenge where Basic was tried (§5.2)',
    async (_n, id, pw) => {
      const sent = { ...clientCredentials, client_id: undefined };
      await expect(askForToken(standing, sent, basic(id, pw))).rejects.toMatchObject({
        code: 'invalid_client',
        description: 'The application could not be authenticated',
        status: 401,
        headers: { 'www-authenticate': `Basic realm="${issuer}", charset="UTF-8"` },
      });
      const inBody = { ...clientCredentials, client_id: id, client_secret: pw };
      if (id === 'service') return;
      await expect(askForToken(standing, inBody)).rejects.toMatchObject({
        code: 'invalid_client',
        description: 'The application could not be authenticated',
        headers: {},
      });
    },
  );

  it('does not believe the name of an application that has a secret', async () => {
    const asked = askForToken(standing, { ...clientCredentials, client_id: 'service' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_client' });
  });

  it('does not know applications of the other mode', async () => {
    const application = { ...webApplication, mode: 'test' as const };
    standing.store.state.applications.set('web-app', application);
    const asked = redeem(standing, grantCode(standing));
    await expect(asked).rejects.toMatchObject({ code: 'invalid_client' });
  });
});

describe('DPoP at the token endpoint (RFC 9449)', () => {
  it('takes a proof once', async () => {
    const header = await (await dpopKey(standing)).proof();
    const ask = (): Promise<unknown> =>
      askForToken(standing, { ...clientCredentials, ...asService }, header);
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'invalid_dpop_proof', status: 400 });
  });

  it('refuses a proof that was made for another endpoint', async () => {
    const header = await (await dpopKey(standing)).proof('revocation');
    const asked = askForToken(standing, { ...clientCredentials, ...asService }, header);
    await expect(asked).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
  });

  it('refuses two proofs', async () => {
    const { dpop } = await (await dpopKey(standing)).proof();
    const request = postOf({ ...clientCredentials, ...asService });
    const twice = { ...request, headers: { ...request.headers, dpop: [dpop, dpop] } };
    await expect(issueToken(standing.context, twice)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('gives an application that has to bind its tokens no others (§5.2)', async () => {
    const application = { ...webApplication, requireDpop: true };
    standing.store.state.applications.set('web-app', application);
    const code = grantCode(standing);
    await expect(redeem(standing, code)).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
    const header = await (await dpopKey(standing)).proof();
    expect((await redeem(standing, code, {}, header)).body.token_type).toBe('DPoP');
  });
});
