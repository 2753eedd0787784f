import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';

import {
  askForToken,
  dpopKey,
  secret,
  serviceApplication,
  type TokenAnswer,
} from '../../../test/memory/redemption.js';
import { issuer, stand, type Standing } from '../../../test/memory/standing.js';

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
  standing.store.state.applications.set('service', serviceApplication);
});

const ask = (
  changes: Readonly<Record<string, string | undefined>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> =>
  askForToken(
    standing,
    {
      grant_type: 'client_credentials',
      client_id: 'service',
      client_secret: secret,
      ...changes,
    },
    headers,
  );

describe('client credentials (RFC 6749 §4.4)', () => {
  it('give an application a token in its own name, and nothing else', async () => {
    const { body } = await ask({ scope: 'photos:read', resource: 'https://photos.example' });
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'photos:read',
    });
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: 'service',
      client_id: 'service',
      aud: 'https://photos.example',
      scope: 'photos:read',
    });
    expect(decodeJwt(body.access_token)).not.toHaveProperty('auth_time');
  });

  it('open no transaction and make one signature', async () => {
    let transactions = 0;
    let signatures = 0;
    const { context } = standing;
    const counted: Standing = {
      ...standing,
      context: {
        ...context,
        store: {
          ...context.store,
          transaction: (work) => {
            transactions += 1;
            return context.store.transaction(work);
          },
        },
        signer: {
          ...context.signer,
          sign: (...of) => {
            signatures += 1;
            return context.signer.sign(...of);
          },
        },
      },
    };
    await askForToken(counted, {
      grant_type: 'client_credentials',
      client_id: 'service',
      client_secret: secret,
    });
    expect([transactions, signatures]).toEqual([0, 1]);
  });

  it('mean the default resource where none is named, and no scope where none is asked', async () => {
    standing.store.state.applications.set('service', {
      ...serviceApplication,
      defaultResource: 'https://films.example/api',
    });
    const { body } = await ask();
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: 'https://films.example/api' });
    expect(body).not.toHaveProperty('scope');
  });

  it('fall back on the issuer where there is no default resource', async () => {
    expect(decodeJwt((await ask()).body.access_token)).toMatchObject({ aud: issuer });
  });

  it('bind the token to the key of a DPoP proof', async () => {
    const key = await dpopKey(standing);
    const { body } = await ask({}, await key.proof());
    expect(body.token_type).toBe('DPoP');
    expect(decodeJwt(body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  });

  it.each([
    ['openid: there is no user', { scope: 'openid' }, 'invalid_scope'],
    ['a malformed scope', { scope: '"' }, 'invalid_scope'],
    ['a scope that nobody knows', { scope: 'unheard-of' }, 'invalid_scope'],
    ['a scope of a resource that was not named', { scope: 'photos:read' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.example' }, 'invalid_target'],
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['no secret', { client_secret: undefined }, 'invalid_client'],
  ])('refuse %s', async (_name, changes, code) => {
    await expect(ask(changes)).rejects.toMatchObject({ code });
  });

  it('refuse a scope that the application may not have', async () => {
    const application = { ...serviceApplication, scopes: ['photos:read'] };
    standing.store.state.applications.set('service', application);
    await expect(ask({ scope: 'photos:write' })).rejects.toMatchObject({
      code: 'invalid_scope',
    });
  });

  it('are nothing for a public application', async () => {
    standing.store.state.applications.set('service', {
      ...serviceApplication,
      authentication: { method: 'none' },
    });
    await expect(ask({ client_secret: undefined })).rejects.toMatchObject({
      code: 'unauthorized_client',
    });
  });
});
