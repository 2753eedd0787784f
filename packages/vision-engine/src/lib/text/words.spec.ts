import { describe, expect, it } from '@jest/globals';
import { type Glyph } from './ctc.js';
import { assembleLine } from './words.js';

const box = { x: 100, y: 50, width: 200, height: 20, directionX: 1, directionY: 0 };

/** One glyph a step, each as probable as told. */
const glyphs = (text: string, probability = 0.9): Glyph[] =>
  Array.from(text, (character, step) => ({
    character,
    probability,
    firstStep: step,
    lastStep: step,
  }));

describe('assembleLine', () => {
  it('splits at spaces and puts each word where its steps are', () => {
    const line = assembleLine(glyphs('ab cd'), box, 5);
    expect(line?.text).toBe('ab cd');
    expect(line?.words.map((word) => word.text)).toEqual(['ab', 'cd']);
    const [first, second] = line?.words ?? [];
    // Middles of the letters at 0.1 and 0.3 of 200 pixels, and 0.3 line heights on either side.
    expect(first?.box.x).toBeCloseTo(40);
    expect(first?.box.width).toBeCloseTo(52);
    expect(second?.box.x).toBeCloseTo(160);
    expect(second?.box.height).toBe(20);
  });

  it('moves along the direction of reading', () => {
    const turned = assembleLine(glyphs('ab cd'), { ...box, directionX: 0, directionY: 1 }, 5);
    const [first] = turned?.words ?? [];
    expect(first?.box.x).toBeCloseTo(100);
    expect(first?.box.y).toBeCloseTo(-10);
  });

  it('never leaves the line', () => {
    const [word] = assembleLine(glyphs('a'), { ...box, width: 10 }, 1)?.words ?? [];
    expect(word?.box.width).toBeLessThanOrEqual(10);
  });

  it('takes the mean of the letters as confidence, spaces apart', () => {
    const line = assembleLine(
      [
        ...glyphs('a', 0.8),
        { ...glyphs(' ', 0.03)[0], firstStep: 1 } as Glyph,
        ...glyphs('b', 0.6),
      ],
      box,
      3,
    );
    expect(line?.confidence).toBeCloseTo(0.7);
    expect(line?.words.map((word) => word.confidence)).toEqual([0.8, 0.6]);
  });

  it('makes one space of several, the ideographic one included, and none at the ends', () => {
    expect(assembleLine(glyphs(' a \u3000b '), box, 6)?.text).toBe('a b');
  });

  it('is nothing when nothing was read', () => {
    expect(assembleLine([], box, 5)).toBeUndefined();
    expect(assembleLine(glyphs('  '), box, 5)).toBeUndefined();
  });
});
