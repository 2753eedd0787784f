import { describe, expect, it } from '@jest/globals';
import { largestDifference } from './verify.ts';

describe('largestDifference', () => {
  it('is a share of the largest expected value', () => {
    expect(largestDifference(Float32Array.of(1, -8), Float32Array.of(2, -10))).toBeCloseTo(0.2);
  });

  it('is not a number where an output is not one', () => {
    expect(largestDifference(Float32Array.of(1, NaN, 1), Float32Array.of(1, 1, 1))).toBeNaN();
  });

  it('does not compare outputs of different sizes', () => {
    expect(() => largestDifference(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(
      '1 numbers instead of 2',
    );
  });
});
