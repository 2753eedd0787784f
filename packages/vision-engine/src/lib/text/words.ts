import { type RotatedBox } from '../geometry/rotated-box.js';
import { type Glyph } from './ctc.js';

/** A piece of a line between spaces. */
export interface ReadWord {
  readonly text: string;
  /** Mean probability of its characters, 0..1. */
  readonly confidence: number;
  readonly box: RotatedBox;
}

/** What was read in one box. */
export interface ReadLine extends ReadWord {
  readonly words: readonly ReadWord[];
}

/** Any white space, the ideographic one included. */
const SPACE = /^\s$/u;

/** Half the width of an average letter, in line heights; the unclipped box is taller than it. */
const HALF_LETTER = 0.3;

/**
 * Joins glyphs to a line and splits it at spaces. A word's box is the part of the line's box
 * between the steps of its first and last glyph, which mark the middles of the letters.
 *
 * @param stepsInBox how many time steps (not whole) the box's width corresponds to.
 * @returns undefined when nothing but spaces was read.
 */
export function assembleLine(
  glyphs: readonly Glyph[],
  box: RotatedBox,
  stepsInBox: number,
): ReadLine | undefined {
  const groups: Glyph[][] = [[]];
  for (const glyph of glyphs) {
    if (SPACE.test(glyph.character)) groups.push([]);
    else groups.at(-1)?.push(glyph);
  }
  const margin = (HALF_LETTER * box.height) / box.width;
  const words = groups.flatMap((group): ReadWord[] => {
    const first = group.at(0);
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const from = Math.max(0, (first.firstStep + 0.5) / stepsInBox - margin);
    const to = Math.min(1, (last.lastStep + 0.5) / stepsInBox + margin);
    return [{ ...readingOf(group), box: partOf(box, from, Math.max(from, to)) }];
  });
  if (words.length === 0) return undefined;
  const letters = groups.flat();
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: readingOf(letters).confidence,
    box,
    words,
  };
}

function readingOf(glyphs: readonly Glyph[]): { text: string; confidence: number } {
  return {
    text: glyphs.map((glyph) => glyph.character).join(''),
    confidence: glyphs.reduce((sum, glyph) => sum + glyph.probability, 0) / glyphs.length,
  };
}

/** The part of a box between two fractions of its width. */
function partOf(box: RotatedBox, from: number, to: number): RotatedBox {
  const shift = ((from + to) / 2 - 0.5) * box.width;
  return {
    ...box,
    x: box.x + shift * box.directionX,
    y: box.y + shift * box.directionY,
    width: (to - from) * box.width,
  };
}
