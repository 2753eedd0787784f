import { describe, expect, it } from '@jest/globals';
import { InvalidOption } from '../errors.js';
import { integerOption, numberOption } from './options.js';

const range = { least: 0, most: 100, fallback: 55 };

describe('numberOption', () => {
  it('falls back when absent and keeps both ends of the range', () => {
    expect(numberOption('minConfidence', undefined, range)).toBe(55);
    expect(numberOption('minConfidence', 0, range)).toBe(0);
    expect(numberOption('minConfidence', 100, range)).toBe(100);
    expect(numberOption('minConfidence', 12.5, range)).toBe(12.5);
  });

  it.each([-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY, '50', null, {}])(
    'refuses %p by name',
    (value) => {
      const act = (): number => numberOption('minConfidence', value as number, range);
      expect(act).toThrow(InvalidOption);
      expect(act).toThrow('minConfidence must be a number from 0 to 100.');
    },
  );
});

describe('integerOption', () => {
  it('refuses a fraction', () => {
    expect(integerOption('maxLabels', 3, range)).toBe(3);
    expect(() => integerOption('maxLabels', 2.5, range)).toThrow(
      'maxLabels must be a whole number from 0 to 100.',
    );
  });

  it('speaks of a lower bound alone where there is no upper one', () => {
    const open = { least: 1, most: Number.MAX_SAFE_INTEGER, fallback: 1 };
    expect(() => integerOption('maxLabels', 0, open)).toThrow(
      'maxLabels must be a number of at least 1.',
    );
  });
});
