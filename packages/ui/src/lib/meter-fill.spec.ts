import { describe, expect, it } from '@jest/globals';

import { fillOf } from './meter-fill.js';

describe('fillOf', () => {
  it.each([
    [0, 10, 0, 'free'],
    [7.9, 10, 0.79, 'free'],
    [8, 10, 0.8, 'near'],
    [10, 10, 1, 'reached'],
    [12, 10, 1, 'reached'],
    [0, 0, 1, 'reached'],
  ] as const)('%d of %d: %d, %s', (value, max, share, level) => {
    expect(fillOf(value, max)).toEqual({ share, level });
  });
});
