import { describe, expect, it } from '@jest/globals';
import { toPlanesBgr } from './planes.js';

describe('toPlanesBgr', () => {
  const image = { data: Uint8Array.of(10, 20, 30, 40, 50, 60), width: 2, height: 1 };

  it('puts blue first and normalises each colour by its own numbers', () => {
    const { data } = toPlanesBgr(image, [30, 20, 10], [1, 2, 3]);
    expect([...data]).toEqual([0, 30, 0, 15, 0, 10]);
  });

  it('leaves the rest of larger planes at the mean', () => {
    const { data } = toPlanesBgr(image, [0, 0, 0], [1, 1, 1], { width: 3, height: 2 });
    expect([...data]).toEqual([30, 60, 0, 0, 0, 0, 20, 50, 0, 0, 0, 0, 10, 40, 0, 0, 0, 0]);
  });
});
