import { describe, expect, it } from '@jest/globals';
import { durabilityWarnings } from './redis-durability.js';

describe('the warnings about Redis', () => {
  it.each(['second', 'answer'] as const)('are none where the log is kept (%s)', (log) => {
    expect(durabilityWarnings({ log, evicts: false })).toEqual([]);
  });

  it('name each thing that is wrong, and its cure', () => {
    const warnings = durabilityWarnings({ log: 'none', evicts: true });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/appendonly yes/u);
    expect(warnings[1]).toMatch(/noeviction/u);
  });
});
