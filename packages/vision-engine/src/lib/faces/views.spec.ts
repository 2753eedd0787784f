import { describe, expect, it } from '@jest/globals';
import { BLAZE_SIDE, SSD_SIDE, viewsOf } from './views.js';

function white(width: number, height: number) {
  return { data: new Uint8Array(width * height * 3).fill(255), width, height };
}

describe('viewsOf', () => {
  it.each([
    [1280, 720],
    [720, 1280],
    [1000, 1000],
    [1021, 677],
    [200, 80],
  ])('puts an image of %d by %d into the corner and into the middle', async (width, height) => {
    const { ssd, blaze } = await viewsOf(white(width, height));
    expect([ssd.width, ssd.height, ssd.offsetX, ssd.offsetY]).toEqual([
      SSD_SIDE,
      SSD_SIDE,
      0,
      0,
    ]);
    expect([blaze.width, blaze.height]).toEqual([BLAZE_SIDE, BLAZE_SIDE]);
    for (const view of [ssd, blaze]) {
      const at = (x: number, y: number) => view.data[(y * view.width + x) * 3];
      const inside = (x: number, y: number) =>
        at(
          Math.floor(x * view.scale + view.offsetX),
          Math.floor(y * view.scale + view.offsetY),
        );
      expect(inside(width / 2, height / 2)).toBe(255);
      expect(inside(2, 2)).toBe(255);
      expect(inside(width * 0.98, height * 0.98)).toBe(255);
    }
    // Black all around, as much on one side as on the other: an odd row or column is half lit.
    const lit = (index: number) => (blaze.data[index * 3] ?? 0) > 200;
    const columns = Array.from({ length: BLAZE_SIDE }, (_, x) => lit(128 * BLAZE_SIDE + x));
    const rows = Array.from({ length: BLAZE_SIDE }, (_, y) => lit(y * BLAZE_SIDE + 128));
    for (const line of [columns, rows]) {
      const before = line.indexOf(true);
      const after = BLAZE_SIDE - 1 - line.lastIndexOf(true);
      expect(Math.abs(before - after)).toBeLessThanOrEqual(2);
    }
  });
});
