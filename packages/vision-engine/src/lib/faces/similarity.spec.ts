import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { descriptorDistance, similarityOf } from './similarity.js';

describe('similarityOf', () => {
  it.each([
    [0, 100],
    [0.4, 98],
    [0.55, 80],
    [0.633, 50],
    [1, 0.2],
  ])('at distance %d is %d', (distance, similarity) => {
    expect(similarityOf(distance)).toBeCloseTo(similarity, 0);
  });

  it('falls with the distance and stays within 0 and 100', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), (distance) => {
        const similarity = similarityOf(distance);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(100);
        expect(similarityOf(distance + 0.01)).toBeLessThan(similarity);
      }),
    );
  });
});

describe('descriptorDistance', () => {
  it('is Euclidean', () => {
    expect(descriptorDistance(Float32Array.of(1, 2), Float32Array.of(4, 6))).toBe(5);
  });

  it('refuses descriptors of different lengths', () => {
    expect(() => descriptorDistance(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(
      RangeError,
    );
  });
});
