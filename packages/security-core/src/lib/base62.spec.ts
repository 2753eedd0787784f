import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { base62, base62Uint32 } from './base62.js';

describe('base62', () => {
  it('uses 0-9, then A-Z, then a-z, with leading zeros', () => {
    expect(base62(0n, 6)).toBe('000000');
    expect(base62(9n, 2)).toBe('09');
    expect(base62(10n, 2)).toBe('0A');
    expect(base62(35n, 2)).toBe('0Z');
    expect(base62(36n, 2)).toBe('0a');
    expect(base62(61n, 2)).toBe('0z');
    expect(base62(62n, 2)).toBe('10');
  });

  it('fits 32 bits in 6 digits and 128 bits in 22', () => {
    expect(base62(2n ** 32n - 1n, 6)).toBe('4gfFC3');
    expect(base62Uint32(2 ** 32 - 1)).toBe('4gfFC3');
    expect(base62(2n ** 128n - 1n, 22)).toBe('7n42DGM5Tflk9n8mt7Fhc7');
  });

  it('is the same for 32 bits by the short way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
        expect(base62Uint32(value)).toBe(base62(BigInt(value), 6));
      }),
    );
  });

  it('is a number in base 62', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
        const text = base62(value, 22);
        const read = Array.from(text).reduce(
          (sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)),
          0n,
        );
        expect(read).toBe(value);
        expect(text).toHaveLength(22);
      }),
    );
  });
});
