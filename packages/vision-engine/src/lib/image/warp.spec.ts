import { describe, expect, it } from '@jest/globals';
import { type Raster } from './raster.js';
import { cropTo, warp } from './warp.js';

const identity = { a: 1, b: 0, tx: 0, c: 0, d: 1, ty: 0 };

/** Red rises by 10 to the right, green by 10 downwards. */
function gradient(width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set([x * 10, y * 10, 50], (y * width + x) * 3);
  }
  return { data, width, height };
}

const pixel = ({ data, width }: Raster, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('warp', () => {
  it('copies when it has nothing to do', () => {
    const source = gradient(7, 5);
    const copy = warp(source, identity, 7, 5);
    for (const [x, y] of [
      [0, 0],
      [3, 2],
      [5, 3],
    ] as const) {
      expect(pixel(copy, x, y)).toEqual(pixel(source, x, y));
    }
    // The last row and column are read a hair inside.
    expect(pixel(copy, 6, 4)).toEqual([60, 40, 50]);
  });

  it('blends between pixels', () => {
    const half = warp(gradient(5, 5), { ...identity, tx: -0.5, ty: -0.5 }, 2, 2);
    expect(pixel(half, 1, 1)).toEqual([15, 15, 50]);
  });

  it('averages when it shrinks instead of skipping', () => {
    const stripes: Raster = { data: new Uint8Array(16 * 16 * 3), width: 16, height: 16 };
    for (let i = 0; i < 16 * 16; i += 1)
      stripes.data.fill(i % 2 === 0 ? 200 : 0, i * 3, i * 3 + 3);
    const quarter = cropTo(stripes, { x: 0, y: 0, width: 16, height: 16 }, 4, 4);
    for (const value of quarter.data) expect(Math.abs(value - 100)).toBeLessThanOrEqual(13);
  });

  it('leaves black outside, or repeats the edge when asked to', () => {
    const source = gradient(4, 4);
    const away = { ...identity, tx: 3, ty: 0 };
    expect(pixel(warp(source, away, 4, 4), 0, 0)).toEqual([0, 0, 0]);
    expect(pixel(warp(source, away, 4, 4, 'edge'), 0, 2)).toEqual([0, 20, 50]);
  });

  it('copes with a single pixel', () => {
    const dot: Raster = { data: Uint8Array.of(9, 8, 7), width: 1, height: 1 };
    expect(pixel(warp(dot, { ...identity, a: 2, d: 2 }, 2, 2, 'edge'), 1, 1)).toEqual([
      9, 8, 7,
    ]);
  });
});

describe('cropTo', () => {
  it('cuts out exactly the rectangle', () => {
    const cut = cropTo(gradient(10, 10), { x: 2, y: 3, width: 4, height: 2 }, 4, 2);
    expect(pixel(cut, 0, 0)).toEqual([20, 30, 50]);
    expect(pixel(cut, 3, 1)).toEqual([50, 40, 50]);
  });
});
