import { describe, expect, it } from '@jest/globals';
import { fromFloat16, toFloat16 } from './float16.ts';

describe('16-bit floats', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1023 * 2 ** -24, 0x03ff],
    [0.333251953125, 0x3555],
  ])('write %d', (value, pattern) => {
    expect(toFloat16(Float32Array.of(value))).toEqual(Uint16Array.of(pattern));
  });

  it('come back as they were, all 63,488 of them', () => {
    const finite = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter(
      (pattern) => (pattern & 0x7c00) !== 0x7c00,
    );
    expect(finite).toHaveLength(63_488);
    expect(toFloat16(fromFloat16(finite))).toEqual(finite);
  });

  it.each([1 / 3, 65536, 2 ** -25, 1 + 2 ** -11, Infinity, NaN])('do not write %d', (value) => {
    expect(toFloat16(Float32Array.of(1, value, 2))).toBeUndefined();
  });
});
