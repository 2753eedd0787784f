import { describe, expect, it } from '@jest/globals';

import { dayBars, errorRate, grouped, total } from './usage-sums.js';

const rows = [
  { date: '2026-05-01', keyId: 'a', operation: 'faces:detect', requests: 5, errors: 1 },
  { date: '2026-05-01', keyId: 'b', operation: 'faces:detect', requests: 2, errors: 0 },
  { date: '2026-05-03', keyId: 'b', operation: 'text:detect', requests: 9, errors: 2 },
];

describe('the sums of use', () => {
  it('adds up', () => {
    expect(total(rows)).toEqual({ requests: 16, errors: 3 });
    expect(errorRate({ requests: 4, errors: 1 })).toBe(0.25);
    expect(errorRate({ requests: 0, errors: 0 })).toBe(0);
  });

  it('has a bar for each day, and one of nothing for a day without a request', () => {
    const usage = { from: '2026-05-01', to: '2026-05-03', days: rows };
    expect(dayBars(usage, ['faces:detect', 'text:detect'])).toEqual([
      { date: '2026-05-01', 'faces:detect': 7, 'text:detect': 0 },
      { date: '2026-05-02', 'faces:detect': 0, 'text:detect': 0 },
      { date: '2026-05-03', 'faces:detect': 0, 'text:detect': 9 },
    ]);
  });

  it('groups by key and operation, the busiest first, and by day, the newest first', () => {
    expect(grouped(rows, 'key')).toEqual([
      { of: 'b', requests: 11, errors: 2 },
      { of: 'a', requests: 5, errors: 1 },
    ]);
    expect(grouped(rows, 'operation').map(({ of }) => of)).toEqual([
      'text:detect',
      'faces:detect',
    ]);
    expect(grouped(rows, 'day').map(({ of }) => of)).toEqual(['2026-05-03', '2026-05-01']);
  });
});
