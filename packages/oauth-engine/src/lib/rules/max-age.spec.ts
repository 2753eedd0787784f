import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { maxAge } from './max-age.js';

describe('maxAge', () => {
  it('is a number of seconds, zero too', () => {
    expect(maxAge(inputOf({ max_age: '0' }))).toBe(0);
    expect(maxAge(inputOf({ max_age: '3600' }))).toBe(3_600);
    expect(maxAge(inputOf({}))).toBeUndefined();
  });

  it.each(['-1', '1.5', '1e3', '0x10', ' 1', 'NaN', '12345678901', '١'])(
    'is never %p',
    (max_age) => {
      expect(() => maxAge(inputOf({ max_age }))).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    },
  );
});
