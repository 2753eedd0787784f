import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Box,
  boxOfCorners,
  intersectionOverUnion,
  suppressOverlaps,
  toBoundingBox,
} from './box.js';

const box: fc.Arbitrary<Box> = fc.record({
  x: fc.double({ min: -50, max: 50, noNaN: true }),
  y: fc.double({ min: -50, max: 50, noNaN: true }),
  width: fc.double({ min: 0.01, max: 50, noNaN: true }),
  height: fc.double({ min: 0.01, max: 50, noNaN: true }),
});

describe('intersectionOverUnion', () => {
  it('is the shared part of the joint area', () => {
    const a = { x: 0, y: 0, width: 10, height: 10 };
    expect(intersectionOverUnion(a, { x: 5, y: 0, width: 10, height: 10 })).toBeCloseTo(1 / 3);
    expect(intersectionOverUnion(a, { x: 2, y: 2, width: 5, height: 2 })).toBeCloseTo(0.1);
    expect(intersectionOverUnion(a, { x: 10, y: 0, width: 5, height: 5 })).toBe(0);
  });

  it('is symmetric, within 0..1, and 1 for a box with itself', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const overlap = intersectionOverUnion(a, b);
        expect(overlap).toBeCloseTo(intersectionOverUnion(b, a), 10);
        expect(overlap).toBeGreaterThanOrEqual(0);
        expect(overlap).toBeLessThanOrEqual(1 + 1e-9);
        expect(intersectionOverUnion(a, a)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe('suppressOverlaps', () => {
  const at = (x: number, score: number, classId?: number) => ({
    x,
    y: 0,
    width: 10,
    height: 10,
    score,
    ...(classId === undefined ? {} : { classId }),
  });

  it('keeps the best of boxes that overlap, whatever their order', () => {
    const kept = suppressOverlaps([at(1, 0.5), at(0, 0.9), at(30, 0.4)], 0.5);
    expect(kept.map((b) => b.score)).toEqual([0.9, 0.4]);
  });

  it('lets boxes of different classes overlap', () => {
    expect(suppressOverlaps([at(0, 0.9, 1), at(0, 0.8, 2)], 0.5)).toHaveLength(2);
  });

  it('judges by what was kept, not by what was dropped', () => {
    // The second covers the third, but is itself covered by the first.
    const kept = suppressOverlaps([at(0, 0.9), at(3, 0.8), at(6, 0.7)], 0.5);
    expect(kept.map((b) => b.x)).toEqual([0, 6]);
  });

  it('stops at the limit', () => {
    expect(suppressOverlaps([at(0, 0.9), at(20, 0.8), at(40, 0.7)], 0.5, 2)).toHaveLength(2);
  });
});

describe('boxes and frames', () => {
  it('cuts corners to the frame', () => {
    expect(boxOfCorners(-5, 2, 30, 8, { width: 20, height: 10 })).toEqual({
      x: 0,
      y: 2,
      width: 20,
      height: 6,
    });
    expect(boxOfCorners(25, 0, 30, 8, { width: 20, height: 10 }).width).toBe(0);
  });

  it('turns pixels into fractions that never leave the image', () => {
    fc.assert(
      fc.property(box, (any) => {
        const { left, top, width, height } = toBoundingBox(any, { width: 40, height: 30 });
        expect(Math.min(left, top, width, height)).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
        expect(top + height).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
    expect(
      toBoundingBox({ x: 10, y: 15, width: 20, height: 5 }, { width: 40, height: 50 }),
    ).toEqual({ left: 0.25, top: 0.3, width: 0.5, height: 0.1 });
  });
});
