import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { nonce } from './nonce.js';

describe('nonce', () => {
  it('is kept as it is', () => {
    expect(nonce(inputOf({ nonce: ' aé+/=' }))).toBe(' aé+/=');
    expect(nonce(inputOf({}))).toBeUndefined();
  });

  it('is refused where it is too long to keep', () => {
    expect(nonce(inputOf({ nonce: 'n'.repeat(1_024) }))).toHaveLength(1_024);
    expect(() => nonce(inputOf({ nonce: 'n'.repeat(1_025) }))).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
