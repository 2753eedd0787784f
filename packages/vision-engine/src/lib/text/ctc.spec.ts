import { describe, expect, it } from '@jest/globals';
import { decodeCtc } from './ctc.js';

const characters = ['', 'a', 'b', '中', ' '];
const BLANK = 0;
const SPACE = 4;

/** Rows of probabilities: `p` for one class, `hint` for the space, and the rest shared. */
function rows(
  ...steps: readonly (readonly [best: number, p: number, hint?: number])[]
): Float32Array {
  return Float32Array.from(
    steps.flatMap(([best, p, hint = 0.001]) =>
      characters.map((_, c) => (c === best ? p : c === SPACE ? hint : (1 - p - hint) / 3)),
    ),
  );
}

const read = (data: Float32Array): string =>
  decodeCtc(data, 0, data.length / characters.length, characters)
    .map((glyph) => glyph.character)
    .join('');

describe('decodeCtc', () => {
  it('joins repeats and drops blanks', () => {
    expect(read(rows([1, 0.9], [1, 0.8], [BLANK, 0.9], [2, 0.9]))).toBe('ab');
  });

  it('reads a letter twice when a blank parts it', () => {
    expect(read(rows([1, 0.9], [BLANK, 0.9], [1, 0.9]))).toBe('aa');
  });

  it('takes the best class even when no class has half the probability', () => {
    expect(read(rows([2, 0.4], [BLANK, 0.9], [1, 0.45]))).toBe('ba');
  });

  it('says where each letter was and how sure it is', () => {
    const [first, second] = decodeCtc(
      rows([BLANK, 0.9], [1, 0.75], [1, 0.9], [BLANK, 0.9], [2, 0.5]),
      0,
      5,
      characters,
    );
    expect(first).toMatchObject({ character: 'a', firstStep: 1, lastStep: 2 });
    expect(first?.probability).toBeCloseTo(0.75);
    expect(second).toMatchObject({ character: 'b', firstStep: 4, lastStep: 4 });
  });

  it('reads from its offset only', () => {
    const data = rows([1, 0.9], [2, 0.9], [1, 0.9]);
    const glyphs = decodeCtc(data, characters.length, 1, characters);
    expect(glyphs.map((glyph) => glyph.character)).toEqual(['b']);
  });

  it('puts a space where one is hinted at between Latin letters', () => {
    expect(read(rows([1, 0.9], [BLANK, 0.9, 0.05], [2, 0.9]))).toBe('a b');
    expect(read(rows([1, 0.9], [BLANK, 0.9, 0.01], [2, 0.9]))).toBe('ab');
  });

  it('puts none between Chinese characters', () => {
    expect(read(rows([3, 0.9], [BLANK, 0.9, 0.05], [3, 0.9]))).toBe('中中');
  });

  it('keeps a space that was read outright', () => {
    expect(read(rows([1, 0.9], [SPACE, 0.9], [2, 0.9]))).toBe('a b');
  });

  it('reads nothing in nothing', () => {
    expect(read(rows([BLANK, 0.9], [BLANK, 0.9]))).toBe('');
    expect(decodeCtc(new Float32Array(0), 0, 0, characters)).toEqual([]);
  });
});
