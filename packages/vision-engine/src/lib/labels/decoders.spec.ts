import { describe, expect, it } from '@jest/globals';
import { decodeCoco } from './coco.js';
import { decodeOpenImages } from './open-images.js';

describe('decodeCoco', () => {
  const ROWS = 52 * 52 + 26 * 26 + 13 * 13;

  it('reads class, score and box of a cell', () => {
    const scores = new Float32Array(ROWS * 80);
    const distances = new Float32Array(ROWS * 44);
    // Row 3, column 2 of the coarsest grid: its centre is at 80, 112 of 416.
    const row = 52 * 52 + 26 * 26 + 3 * 13 + 2;
    scores[row * 80 + 16] = 0.7;
    scores[row * 80 + 15] = 0.6;
    // Left 1, top 2, right 3, bottom 10 strides of 32: all the weight on one bin each.
    for (const [side, bin] of [1, 2, 3, 10].entries())
      distances[row * 44 + side * 11 + bin] = 50;
    const [box, ...others] = decodeCoco(scores, distances, 0.35);
    expect(others).toEqual([]);
    expect(box?.classId).toBe(16);
    expect(box?.score).toBeCloseTo(0.7);
    expect(box?.x).toBeCloseTo((80 - 32) / 416);
    expect(box?.y).toBeCloseTo((112 - 64) / 416);
    expect(box?.width).toBeCloseTo((32 + 96) / 416);
    // Cut at the lower edge: 112 + 320 is past 416.
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(1);
  });

  it('takes the mean of a spread distance', () => {
    const scores = new Float32Array(ROWS * 80);
    const distances = new Float32Array(ROWS * 44);
    const middle = 26 * 52 + 26;
    scores[middle * 80] = 0.9;
    // Flat logits: the expectation is bin 5, and 5 strides of 8 are 40 pixels on every side.
    const [box] = decodeCoco(scores, distances, 0.35);
    expect((box?.width ?? 0) * 416).toBeCloseTo(80);
    expect((box?.height ?? 0) * 416).toBeCloseTo(80);
  });
});

describe('decodeOpenImages', () => {
  it('reads a box relative to its anchor, and never the background', () => {
    const scores = new Float32Array(1917 * 24);
    const offsets = new Float32Array(1917 * 4);
    // The last cell is the whole image: its first anchor is 0.95 of it, in the middle.
    const row = 1917 - 6;
    scores[row * 24] = 0.99;
    scores[row * 24 + 20] = 0.8;
    offsets.set([1, -1, 5 * Math.log(0.5), 0], row * 4);
    const [box, ...others] = decodeOpenImages(scores, offsets, 0.45);
    expect(others).toEqual([]);
    expect(box?.classId).toBe(20);
    expect(box?.height).toBeCloseTo(0.475);
    // Centre y is 0.5 + 0.1 · 0.95, x is 0.5 − 0.1 · 0.95.
    expect((box?.y ?? 0) + 0.475 / 2).toBeCloseTo(0.595);
    expect(box?.x).toBeCloseTo(0);
    expect(box?.width).toBeCloseTo(0.405 + 0.475);
  });
});
