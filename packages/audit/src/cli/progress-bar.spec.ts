import { describe, expect, it } from '@jest/globals';

import { drawBar } from './progress-bar.js';

describe('the progress bar', () => {
  it.each([
    [0, '[                              ]   0% 0 of 1,000 events'],
    [500, '[===============               ]  50% 500 of 1,000 events'],
    [999, '[==============================]  99% 999 of 1,000 events'],
    [1_000, '[==============================] 100% 1,000 of 1,000 events'],
    // Events came meanwhile.
    [1_001, '[==============================] 100% 1,001 of 1,000 events'],
  ])('shows that %i were read', (events, bar) => {
    expect(drawBar({ events, totalEvents: 1_000, chains: 0 })).toBe(bar);
  });

  it('is full when there is nothing', () => {
    expect(drawBar({ events: 0, totalEvents: 0, chains: 0 })).toContain('100%');
  });
});
