import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  convexHull,
  cornersOf,
  halfTurn,
  minimumAreaBox,
  quarterTurn,
  type RotatedBox,
} from './rotated-box.js';

function boxAt(degrees: number, width = 40, height = 10): RotatedBox {
  const angle = (degrees * Math.PI) / 180;
  return {
    x: 100,
    y: 60,
    width,
    height,
    directionX: Math.cos(angle),
    directionY: Math.sin(angle),
  };
}

describe('convexHull', () => {
  it('keeps the corners of a square and drops what is inside or on an edge', () => {
    const hull = convexHull([
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 4 },
      { x: 1, y: 2 },
      { x: 0, y: 4 },
    ]);
    expect(hull).toHaveLength(4);
    expect(hull).toEqual(
      expect.arrayContaining([
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 4, y: 4 },
        { x: 0, y: 4 },
      ]),
    );
  });

  it('copes with no point, one, and many in one place', () => {
    expect(convexHull([])).toEqual([]);
    expect(convexHull([{ x: 1, y: 2 }])).toEqual([{ x: 1, y: 2 }]);
    for (const corner of convexHull(Array.from({ length: 5 }, () => ({ x: 1, y: 2 })))) {
      expect(corner).toEqual({ x: 1, y: 2 });
    }
  });
});

describe('minimumAreaBox', () => {
  it.each([0, 10, 30, 44, -20, -44])(
    'finds a rectangle turned by %i degrees again',
    (degrees) => {
      const original = boxAt(degrees);
      const found = minimumAreaBox([...cornersOf(original), { x: 100, y: 60 }]);
      expect(found?.x).toBeCloseTo(original.x, 6);
      expect(found?.y).toBeCloseTo(original.y, 6);
      expect(found?.width).toBeCloseTo(40, 6);
      expect(found?.height).toBeCloseTo(10, 6);
      expect(found?.directionX).toBeCloseTo(original.directionX, 6);
      expect(found?.directionY).toBeCloseTo(original.directionY, 6);
    },
  );

  it('reads a steep rectangle across, the way its direction is nearest to rightwards', () => {
    const found = minimumAreaBox(cornersOf(boxAt(80)));
    expect(found?.width).toBeCloseTo(10, 6);
    expect(found?.height).toBeCloseTo(40, 6);
    expect(found?.directionX).toBeGreaterThan(0.9);
  });

  it('has nothing for no points', () => {
    expect(minimumAreaBox([])).toBeUndefined();
  });

  it('holds every point and is no larger than the upright rectangle', () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 200 }),
      y: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 30 }), (points) => {
        const found = minimumAreaBox(points);
        if (found === undefined) throw new Error('no box');
        for (const p of points) {
          const dx = p.x - found.x;
          const dy = p.y - found.y;
          const along = dx * found.directionX + dy * found.directionY;
          const across = dy * found.directionX - dx * found.directionY;
          expect(Math.abs(along)).toBeLessThanOrEqual(found.width / 2 + 1e-6);
          expect(Math.abs(across)).toBeLessThanOrEqual(found.height / 2 + 1e-6);
        }
        const xs = points.map((p) => p.x);
        const ys = points.map((p) => p.y);
        const upright =
          (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
        expect(found.width * found.height).toBeLessThanOrEqual(upright + 1e-6);
      }),
    );
  });
});

describe('turning a box', () => {
  it('starts the corners where the reading starts', () => {
    const [topLeft, , bottomRight] = cornersOf(boxAt(0));
    expect(topLeft).toEqual({ x: 80, y: 55 });
    expect(bottomRight).toEqual({ x: 120, y: 65 });
    expect(cornersOf(halfTurn(boxAt(0)))[0]).toEqual({ x: 120, y: 65 });
  });

  it('reads downwards after a quarter turn', () => {
    const turned = quarterTurn(boxAt(0, 10, 40));
    expect(turned).toMatchObject({ width: 40, height: 10, directionY: 1 });
    // The reader's top left is the picture's top right.
    const [topLeft] = cornersOf(turned);
    expect(topLeft.x).toBeCloseTo(105);
    expect(topLeft.y).toBeCloseTo(40);
  });
});
