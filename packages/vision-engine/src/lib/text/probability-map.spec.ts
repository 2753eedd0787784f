import { describe, expect, it } from '@jest/globals';
import { findTextBoxes } from './probability-map.js';

const WIDTH = 64;
const HEIGHT = 48;

/** A map that is probable wherever the test says so. */
function mapOf(isText: (x: number, y: number) => boolean, probability = 0.9): Float32Array {
  return Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    isText(i % WIDTH, Math.floor(i / WIDTH)) ? probability : 0.1,
  );
}

const rectangle =
  (left: number, top: number, width: number, height: number) =>
  (x: number, y: number): boolean =>
    x >= left && x < left + width && y >= top && y < top + height;

describe('findTextBoxes', () => {
  it('puts a grown rectangle around a region', () => {
    const [box, ...others] = findTextBoxes(mapOf(rectangle(10, 20, 30, 6)), WIDTH, HEIGHT);
    expect(others).toEqual([]);
    expect(box).toMatchObject({ x: 25, y: 23, directionX: 1, directionY: 0 });
    // 30 x 6 grows by 1.5 times area over half the perimeter: 7.5.
    expect(box?.width).toBeCloseTo(37.5);
    expect(box?.height).toBeCloseTo(13.5);
    expect(box?.score).toBeCloseTo(0.9);
  });

  it('parts regions that do not touch and joins those that touch at a corner', () => {
    const first = rectangle(2, 2, 20, 6);
    const apart = rectangle(30, 2, 20, 6);
    expect(
      findTextBoxes(
        mapOf((x, y) => first(x, y) || apart(x, y)),
        WIDTH,
        HEIGHT,
      ),
    ).toHaveLength(2);
    const corner = rectangle(22, 8, 20, 6);
    expect(
      findTextBoxes(
        mapOf((x, y) => first(x, y) || corner(x, y), 0.95),
        WIDTH,
        HEIGHT,
      ),
    ).toHaveLength(1);
  });

  it('does not join across the edge of the map', () => {
    const right = rectangle(WIDTH - 10, 10, 10, 6);
    const left = rectangle(0, 11, 10, 6);
    expect(
      findTextBoxes(
        mapOf((x, y) => right(x, y) || left(x, y)),
        WIDTH,
        HEIGHT,
      ),
    ).toHaveLength(2);
  });

  it('follows a slanted region', () => {
    const [box] = findTextBoxes(
      mapOf((x, y) => {
        const dx = x + 0.5 - 32;
        const dy = y + 0.5 - 24;
        const along = dx * 0.9 + dy * 0.436;
        const across = dy * 0.9 - dx * 0.436;
        return Math.abs(along) < 20 && Math.abs(across) < 4;
      }),
      WIDTH,
      HEIGHT,
    );
    expect(box?.directionX).toBeCloseTo(0.9, 1);
    expect(box?.directionY).toBeCloseTo(0.436, 1);
    expect(box?.x).toBeCloseTo(32, 0);
    expect(box?.y).toBeCloseTo(24, 0);
  });

  it('fills a region that bends upwards again', () => {
    // A U: the right arm begins above the row where the left one joins it.
    const u = (x: number, y: number): boolean =>
      rectangle(10, 12, 6, 20)(x, y) ||
      rectangle(10, 28, 30, 6)(x, y) ||
      rectangle(34, 6, 6, 28)(x, y);
    const boxes = findTextBoxes(mapOf(u, 1), WIDTH, HEIGHT);
    expect(boxes).toHaveLength(1);
    expect(boxes[0]?.y).toBeCloseTo(20);
  });

  it.each([
    ['specks', rectangle(5, 5, 2, 2), 0.9],
    ['slivers', rectangle(5, 5, 40, 2), 0.9],
    ['doubtful regions', rectangle(5, 5, 40, 6), 0.4],
    ['an empty map', rectangle(0, 0, 0, 0), 0.9],
  ])('passes over %s', (_, region, probability) => {
    expect(findTextBoxes(mapOf(region, probability), WIDTH, HEIGHT)).toEqual([]);
  });

  it('takes a map that is text all over', () => {
    const boxes = findTextBoxes(
      mapOf(() => true),
      WIDTH,
      HEIGHT,
    );
    expect(boxes).toHaveLength(1);
    expect(boxes[0]).toMatchObject({ x: 32, y: 24 });
  });
});
