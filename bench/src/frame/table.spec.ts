import { describe, expect, it } from '@jest/globals';
import { figure, renderTable, withSpread } from './table.ts';

describe('renderTable', () => {
  it('aligns names to the left and figures to the right', () => {
    const text = renderTable({
      title: 'not shown',
      columns: ['', 'calls/s'],
      rows: [
        ['ours', '12,345'],
        ['theirs, limited', '67'],
      ],
    });
    expect(text).toBe(
      [
        '|                 | calls/s |',
        '| --------------- | ------: |',
        '| ours            |  12,345 |',
        '| theirs, limited |      67 |',
      ].join('\n'),
    );
  });
});

describe('figure', () => {
  it.each([
    [0, '0'],
    [0.123_45, '0.123'],
    [1, '1.00'],
    [45.678, '45.7'],
    [123.4, '123'],
    [98_765.4, '98,765'],
    [-0.05, '-0.0500'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});

describe('withSpread', () => {
  it('shows the median first and the rounds at both ends', () => {
    expect(withSpread({ median: 2, low: 1.5, high: 10 }, ' ms')).toBe('2.00 ms (1.50–10.0)');
  });
});
