import { describe, expect, it } from '@jest/globals';

import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { needsLogin } from './fresh-login.js';

const receivedAt = 1_000_000;

const ask = (
  request: Partial<AuthorizationRequest>,
  authenticatedAt: number,
  { now = receivedAt, acr = 'one' } = {},
): boolean =>
  needsLogin(
    {
      clientId: 'web-app',
      redirectUri: 'https://app.example/callback',
      responseMode: 'query',
      scope: [],
      resources: [],
      codeChallenge: '',
      prompt: [],
      acrValues: [],
      uiLocales: [],
      receivedAt,
      ...request,
    },
    {
      sessionId: 'session-1',
      userId: 'user-1',
      authenticatedAt: new Date(authenticatedAt),
      acr,
      amr: [],
    },
    new Date(now),
  );

const before = receivedAt - 60_000;

describe('needsLogin', () => {
  it('is content with a session, however old', () => {
    expect(ask({}, 0)).toBe(false);
  });

  it('wants a sign-in since the request for prompt=login, to the millisecond', () => {
    expect(ask({ prompt: ['login'] }, receivedAt - 1)).toBe(true);
    expect(ask({ prompt: ['login'] }, receivedAt)).toBe(false);
  });

  it('wants one that is not older than max_age', () => {
    expect(ask({ maxAge: 60 }, before)).toBe(false);
    expect(ask({ maxAge: 60 }, before, { now: receivedAt + 1 })).toBe(true);
    expect(ask({ maxAge: 0 }, receivedAt - 1)).toBe(true);
    // Asked again and again by a page that is read slowly, nobody would ever get in.
    expect(ask({ maxAge: 0 }, receivedAt + 5, { now: receivedAt + 9_000 })).toBe(false);
  });

  it('wants the user of the hint, and gives up when another has signed in for it', () => {
    expect(ask({ expectedUserId: 'user-1' }, before)).toBe(false);
    expect(ask({ expectedUserId: 'user-2' }, before)).toBe(true);
    expect(() => ask({ expectedUserId: 'user-2' }, receivedAt)).toThrow(
      expect.objectContaining({ code: 'login_required' }),
    );
  });

  it('wants an essential acr, and gives up when sign-in does not reach it', () => {
    const claims = { userinfo: [], idToken: [], essentialAcr: ['two'] };
    expect(ask({ claims }, before, { acr: 'two' })).toBe(false);
    expect(ask({ claims }, before)).toBe(true);
    expect(() => ask({ claims }, receivedAt)).toThrow(
      expect.objectContaining({ code: 'unmet_authentication_requirements' }),
    );
  });
});
