import { describe, expect, it } from '@jest/globals';
import { rounded } from './precision.js';

describe('the precision of an answer', () => {
  it('is five decimals, at every depth, and nothing else changes', () => {
    expect(
      rounded({ faces: [{ left: 0.7681546211, roll: -12.345678 }], name: 'x', parentId: null }),
    ).toEqual({ faces: [{ left: 0.76815, roll: -12.34568 }], name: 'x', parentId: null });
  });

  it('leaves whole numbers and bounds as they are', () => {
    expect(rounded([0, 1, 100, 1920])).toEqual([0, 1, 100, 1920]);
  });
});
