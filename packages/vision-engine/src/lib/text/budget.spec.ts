import { describe, expect, it } from '@jest/globals';
import { MAX_LINES, MAX_STRIP_PIXELS, withinBudget } from './budget.js';
import { type TextBox } from './probability-map.js';

const box = (width: number, height: number, score: number): TextBox => ({
  x: 0,
  y: 0,
  width,
  height,
  directionX: 1,
  directionY: 0,
  score,
});

describe('withinBudget', () => {
  it('keeps everything of an ordinary page', () => {
    const page = Array.from({ length: 50 }, () => box(500, 25, 0.9));
    expect(withinBudget(page)).toHaveLength(50);
  });

  it('keeps the surest of too many lines', () => {
    const many = Array.from({ length: MAX_LINES + 50 }, (_, i) => box(40, 20, i / 1000));
    const kept = withinBudget(many);
    expect(kept).toHaveLength(MAX_LINES);
    expect(Math.min(...kept.map((line) => line.score))).toBeCloseTo(0.05);
  });

  it.each([
    ['along', 960, 10],
    ['down', 10, 960],
  ])('bounds the pixels of lines that are too long, %s', (_, width, height) => {
    const long = Array.from({ length: 90 }, () => box(width, height, 0.9));
    const kept = withinBudget(long);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length * 96 * 48).toBeLessThanOrEqual(MAX_STRIP_PIXELS);
  });
});
