import { describe, expect, it } from '@jest/globals';

import { rangeError } from './usage-range.js';

describe('rangeError', () => {
  it.each([
    ['2026-01-01', '2026-01-01', undefined],
    ['2026-01-01', '2027-01-01', undefined],
    ['2026-01-01', '2027-01-02', 'At most 366 days at once.'],
    ['2026-01-02', '2026-01-01', 'The last day is before the first.'],
    ['', '2026-01-01', 'Choose a first and a last day.'],
  ])('%s to %s: %s', (from, to, error) => {
    expect(rangeError(from, to)).toBe(error);
  });
});
