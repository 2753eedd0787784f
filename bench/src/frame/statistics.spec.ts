import { describe, expect, it } from '@jest/globals';
import { difference, percentile, ratio, spread } from './statistics.ts';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that so many values do not pass', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
  });

  it('is always one of the values', () => {
    expect(percentile([10, 20], 0.5)).toBe(10);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('orders numbers by size and not by their digits', () => {
    expect(percentile([9, 10, 100], 0.5)).toBe(10);
  });

  it('refuses to make something of nothing', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('spread', () => {
  it('is the middle with both ends', () => {
    expect(spread([30, 10, 20])).toEqual({ median: 20, low: 10, high: 30 });
  });

  it('takes the mean of the two in the middle', () => {
    expect(spread([40, 10, 20, 30])).toEqual({ median: 25, low: 10, high: 40 });
  });

  it('is that one round when there is only one', () => {
    expect(spread([3])).toEqual({ median: 3, low: 3, high: 3 });
  });
});

describe('ratio and difference', () => {
  it('compare within a round, so that a slow round changes nothing', () => {
    // The second round ran at half the speed for both.
    expect(ratio([100, 50, 100], [50, 25, 50])).toEqual({ median: 2, low: 2, high: 2 });
    expect(difference([3, 5, 4], [1, 3, 2])).toEqual({ median: 2, low: 2, high: 2 });
  });

  it('refuse rounds that do not pair up', () => {
    expect(() => ratio([1, 2], [1])).toThrow(RangeError);
    expect(() => ratio([1], [1, 2])).toThrow(RangeError);
  });
});
