import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { dpopJkt } from './dpop-jkt.js';

describe('dpopJkt', () => {
  it('is a SHA-256 thumbprint in base64url', () => {
    const dpop_jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
    expect(dpopJkt(inputOf({ dpop_jkt }))).toBe(dpop_jkt);
    expect(dpopJkt(inputOf({}))).toBeUndefined();
  });

  it.each(['x', `${'a'.repeat(42)}=`, 'a'.repeat(44), `${'a'.repeat(42)}+`])(
    'is never %s',
    (dpop_jkt) => {
      expect(() => dpopJkt(inputOf({ dpop_jkt }))).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    },
  );
});
