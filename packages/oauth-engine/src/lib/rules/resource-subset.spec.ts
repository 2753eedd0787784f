import { describe, expect, it } from '@jest/globals';

import { resourceSubset } from './resource-subset.js';

describe('resourceSubset', () => {
  it('is all that was authorized where nothing is asked', () => {
    expect(resourceSubset([], ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('narrows down', () => {
    expect(resourceSubset(['b'], ['a', 'b'])).toEqual(['b']);
  });

  it('takes any where the authorization named none', () => {
    expect(resourceSubset(['a'], [])).toEqual(['a']);
  });

  it('refuses what was not authorized', () => {
    expect(() => resourceSubset(['a', 'c'], ['a', 'b'])).toThrow(
      expect.objectContaining({ code: 'invalid_target' }),
    );
  });
});
