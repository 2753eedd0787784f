import { describe, expect, it } from '@jest/globals';
import { judgeReading } from './reading.ts';

describe('judgeReading', () => {
  const written = [['Mind the gap', 'PLATFORM 9'], ['two lines']];

  it('finds no fault with what was read to the letter, in any order, among other things', () => {
    const read = [['PLATFORM 9', '§§', ' Mind  the gap '], ['two lines']];
    expect(judgeReading(written, read)).toEqual({ lines: 3, wrong: 0, wrongLetters: 0 });
  });

  it('tells a lost space from a wrong letter', () => {
    const read = [['Mindthegap', 'PLATF0RM 9'], ['two lines']];
    expect(judgeReading(written, read)).toEqual({ lines: 3, wrong: 2, wrongLetters: 1 });
  });

  it('counts lines that run into each other, and lines of another page, as wrong', () => {
    const read = [['Mind the gap PLATFORM 9', 'two lines'], []];
    expect(judgeReading(written, read).wrong).toBe(3);
  });
});
