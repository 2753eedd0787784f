import { describe, expect, it } from '@jest/globals';
import { joinLines } from './join-lines.js';
import { type ReadLine } from './words.js';

function piece(text: string, left: number, right: number, y = 50, height = 20): ReadLine {
  const box = {
    x: (left + right) / 2,
    y,
    width: right - left,
    height,
    directionX: 1,
    directionY: 0,
  };
  return { text, confidence: 0.9, box, words: [{ text, confidence: 0.9, box }] };
}

const texts = (...pieces: ReadLine[]): string[] => joinLines(pieces).map((line) => line.text);

describe('joinLines', () => {
  it('joins neighbours on one base line, with their words', () => {
    const [line, ...others] = joinLines([piece('OPEN', 0, 100), piece('TODAY', 105, 200)]);
    expect(others).toEqual([]);
    expect(line?.text).toBe('OPEN TODAY');
    expect(line?.box).toMatchObject({ x: 100, y: 50, width: 200, height: 20 });
    expect(line?.words.map((word) => word.text)).toEqual(['OPEN', 'TODAY']);
  });

  it('goes on joining', () => {
    expect(texts(piece('a', 0, 30), piece('b', 35, 60), piece('c', 62, 90))).toEqual(['a b c']);
  });

  it.each([
    ['far apart', piece('b', 130, 200)],
    ['on another base line', piece('b', 105, 200, 60)],
    ['of another size', piece('b', 105, 200, 50, 40)],
    ['one over the other', piece('b', 50, 150)],
    ['before', piece('b', -120, -20)],
  ])('keeps apart what is %s', (_, other) => {
    expect(texts(piece('a', 0, 100), other)).toEqual(['a', 'b']);
  });

  it('keeps apart what runs in another direction', () => {
    const other = piece('b', 105, 200);
    const slanted = { ...other, box: { ...other.box, directionX: 0.97, directionY: 0.243 } };
    expect(texts(piece('a', 0, 100), slanted)).toEqual(['a', 'b']);
  });

  it('weighs confidence by length', () => {
    const [line] = joinLines([
      { ...piece('abc', 0, 100), confidence: 1 },
      { ...piece('d', 105, 200), confidence: 0.6 },
    ]);
    expect(line?.confidence).toBeCloseTo(0.9);
  });
});
