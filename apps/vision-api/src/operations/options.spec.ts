import { describe, expect, it } from '@jest/globals';
import { count, percentage } from './options.js';

describe('a percentage', () => {
  it.each([0, 100, 55.5, '0', '100', '12.5'])('takes %p', (value) => {
    expect(percentage.parse(value)).toBe(Number(value));
  });

  it.each(['', ' 5', '1e2', '0x10', 'NaN', 'Infinity', '--1', '5;', '-1', '101', -0.1, 100.1])(
    'refuses %p',
    (value) => {
      expect(percentage.safeParse(value).success).toBe(false);
    },
  );

  it.each([null, undefined, true, [], {}, NaN, Infinity])('refuses %p', (value) => {
    expect(percentage.safeParse(value).success).toBe(false);
  });
});

describe('a count', () => {
  it.each([1, 1000, '7'])('takes %p', (value) => {
    expect(count.parse(value)).toBe(Number(value));
  });

  it.each([0, -1, 1.5, 1001, '0', '2.5', ''])('refuses %p', (value) => {
    expect(count.safeParse(value).success).toBe(false);
  });
});
