import { describe, expect, it } from '@jest/globals';
import { inSeconds, inWords } from './waiting-time.js';

describe('a time to wait', () => {
  it.each([
    [1, 'in a minute', '1'],
    [60_000, 'in a minute', '60'],
    [60_001, 'in 2 minutes', '61'],
    [299_000, 'in 5 minutes', '299'],
    [7_200_000, 'later', '7200'],
  ])('of %p ms', (milliseconds, words, seconds) => {
    expect(inWords(milliseconds)).toBe(words);
    expect(inSeconds(milliseconds)).toBe(seconds);
  });
});
