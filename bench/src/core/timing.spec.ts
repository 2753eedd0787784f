import { describe, expect, it } from '@jest/globals';
import { earlyExit, timingDifference } from './timing.ts';

describe('timingDifference', () => {
  it('refuses a comparison that takes a wrong guess for the secret', () => {
    expect(() => timingDifference(() => true, 4)).toThrow('wrong guess');
  });

  it('compares guesses of the length of the secret that are wrong in one place', () => {
    const places = new Set<number>();
    timingDifference((secret, guess) => {
      expect(guess).toHaveLength(secret.length);
      const at = Array.from(secret).findIndex((digit, index) => digit !== guess[index]);
      places.add(at);
      expect(earlyExit(secret, guess)).toBe(false);
      expect(earlyExit(secret, secret)).toBe(true);
      expect(earlyExit(secret, guess.slice(1))).toBe(false);
      return false;
    }, 64);
    expect(Array.from(places).sort((a, b) => a - b)).toEqual([0, 4095]);
  });
});
