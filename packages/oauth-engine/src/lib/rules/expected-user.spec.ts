import { beforeEach, describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { alice, stand, type Standing, webApplication } from '../../../test/memory/standing.js';
import { issueIdToken } from '../tokens/id-token.js';
import { expectedUser } from './expected-user.js';

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

describe('expectedUser', () => {
  const asked = (subject?: string, withHint = true): Promise<string | undefined> =>
    expectedUser({
      ...inputOf({
        scope: 'openid',
        id_token_hint: withHint ? hint : '',
        claims: subject ? JSON.stringify({ id_token: { sub: { value: subject } } }) : '',
      }),
      context: standing.context,
    });

  it('is named by the hint or by the claims', async () => {
    expect(await asked()).toBe(alice.id);
    expect(await asked('user-bob', false)).toBe('user-bob');
    expect(await asked(alice.id)).toBe(alice.id);
    expect(await asked(undefined, false)).toBeUndefined();
  });

  it('is nobody where the two differ', async () => {
    await expect(asked('user-bob')).rejects.toMatchObject({ code: 'login_required' });
  });
});
