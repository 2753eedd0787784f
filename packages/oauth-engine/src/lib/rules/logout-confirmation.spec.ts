import { describe, expect, it } from '@jest/globals';

import { needsConfirmation } from './logout-confirmation.js';

const session = { sessionId: 's-1', userId: 'u-1' };
const hint = { ...session, clientId: 'web-app' };

describe('needsConfirmation', () => {
  it('is not needed where the ID token is of the session', () => {
    expect(needsConfirmation(hint, session)).toBe(false);
  });

  it('is not needed where nobody is signed in', () => {
    expect(needsConfirmation(undefined, undefined)).toBe(false);
  });

  it('is needed without an ID token, or with one of another session or user', () => {
    expect(needsConfirmation(undefined, session)).toBe(true);
    expect(needsConfirmation({ ...hint, sessionId: 's-2' }, session)).toBe(true);
    expect(needsConfirmation({ ...hint, userId: 'u-2' }, session)).toBe(true);
    expect(needsConfirmation({ clientId: 'web-app', userId: 'u-1' }, session)).toBe(true);
  });
});
