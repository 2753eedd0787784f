import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Affine, applyAffine, fitSimilarity, invert } from './affine.js';

const points = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 3, y: 7 },
];

function similarity(angle: number, scale: number, tx: number, ty: number): Affine {
  const a = scale * Math.cos(angle);
  const c = scale * Math.sin(angle);
  return { a, b: -c, tx, c, d: a, ty };
}

const someSimilarity = fc
  .tuple(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: 0.1, max: 10, noNaN: true }),
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.double({ min: -100, max: 100, noNaN: true }),
  )
  .map((parts) => similarity(...parts));

describe('fitSimilarity', () => {
  it('finds the rotation, scale and shift that points went through', () => {
    fc.assert(
      fc.property(someSimilarity, (map) => {
        const fitted = fitSimilarity(
          points,
          points.map((p) => applyAffine(map, p)),
        );
        for (const key of ['a', 'b', 'tx', 'c', 'd', 'ty'] as const) {
          expect(fitted[key]).toBeCloseTo(map[key], 6);
        }
      }),
    );
  });

  it('does not mirror, even if mirroring would fit', () => {
    const { a, b, c, d } = fitSimilarity(
      points,
      points.map((p) => ({ x: -p.x, y: p.y })),
    );
    expect(a * d - b * c).toBeGreaterThan(0);
  });

  it('only shifts when all points are one', () => {
    const one = { x: 4, y: 5 };
    const map = fitSimilarity(
      [one, one],
      [points[1], points[1]].map(() => ({ x: 6, y: 9 })),
    );
    expect(applyAffine(map, one)).toEqual({ x: 6, y: 9 });
  });

  it('refuses lists of different lengths', () => {
    expect(() => fitSimilarity(points, points.slice(1))).toThrow(RangeError);
  });
});

describe('invert', () => {
  it('leads back', () => {
    fc.assert(
      fc.property(someSimilarity, (map) => {
        const there = applyAffine(map, { x: 3, y: -2 });
        const back = applyAffine(invert(map), there);
        expect(back.x).toBeCloseTo(3, 6);
        expect(back.y).toBeCloseTo(-2, 6);
      }),
    );
  });
});
