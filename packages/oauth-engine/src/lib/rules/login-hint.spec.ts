import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { loginHint } from './login-hint.js';

describe('loginHint', () => {
  it('is passed on', () => {
    expect(loginHint(inputOf({ login_hint: 'alice@example.com' }))).toBe('alice@example.com');
    expect(loginHint(inputOf({}))).toBeUndefined();
  });

  it('is refused where it is longer than any identifier', () => {
    expect(() => loginHint(inputOf({ login_hint: 'a'.repeat(321) }))).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
