import { beforeEach, describe, expect, it } from '@jest/globals';

import { alice, stand, type Standing, webApplication } from '../../../test/memory/standing.js';
import { Parameters } from '../http/parameters.js';
import { issueAccessToken } from '../tokens/access-token.js';
import { issueIdToken } from '../tokens/id-token.js';
import { idTokenHint } from './id-token-hint.js';

let standing: Standing;
let hint: string;

beforeEach(async () => {
  standing = await stand();
  hint = await issueIdToken(standing.context, {
    application: webApplication,
    authorization: {
      clientId: 'web-app',
      userId: alice.id,
      sessionId: 'session-1',
      scope: ['openid'],
      resources: [],
      authenticatedAt: standing.clock.at,
      amr: [],
    },
    user: alice,
    accessToken: 'x',
  });
});

const read = (id_token_hint: string, clientId?: string): ReturnType<typeof idTokenHint> =>
  idTokenHint(standing.context, new Parameters([['id_token_hint', id_token_hint]]), clientId);

const refused = { name: 'OAuthError', code: 'invalid_request' };

describe('idTokenHint', () => {
  it('names application, user and session, however old it is', async () => {
    const named = { clientId: 'web-app', userId: alice.id, sessionId: 'session-1' };
    expect(await read(hint, 'web-app')).toEqual(named);
    standing.clock.advance(10 * 365 * 86_400);
    expect(await read(hint)).toEqual(named);
    expect(await read('')).toBeUndefined();
  });

  it('is refused at another application, or another issuer', async () => {
    await expect(read(hint, 'other')).rejects.toMatchObject(refused);
    standing = {
      ...standing,
      context: { ...standing.context, issuer: 'https://id.example/b' },
    };
    await expect(read(hint)).rejects.toMatchObject(refused);
  });

  it('is refused where a bit of it differs, or it is another kind of token', async () => {
    const [head = '', payload = '', signature = ''] = hint.split('.');
    const other = signature.startsWith('A') ? 'B' : 'A';
    const altered = `${head}.${payload}.${other}${signature.slice(1)}`;
    await expect(read(altered)).rejects.toMatchObject(refused);
    await expect(read(`${head}.${payload}.`)).rejects.toMatchObject(refused);
    const { token } = await issueAccessToken(standing.context, {
      clientId: 'web-app',
      subject: alice.id,
      audience: ['web-app'],
      scope: [],
    });
    await expect(read(token)).rejects.toMatchObject(refused);
  });
});
