import { describe, expect, it } from '@jest/globals';

import { daysBetween, lastDays } from './days.js';

describe('days', () => {
  it('are those of UTC, the last one today', () => {
    expect(lastDays(30, Date.parse('2026-03-01T23:59:00Z'))).toEqual({
      from: '2026-01-31',
      to: '2026-03-01',
    });
  });

  it('go over the end of a month', () => {
    expect(daysBetween('2028-02-28', '2028-03-01')).toEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ]);
  });
});
