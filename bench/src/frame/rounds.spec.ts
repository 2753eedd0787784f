import { describe, expect, it } from '@jest/globals';
import { interleave } from './rounds.ts';

describe('interleave', () => {
  it('turns the order round with each round and never measures two at once', async () => {
    const log: string[] = [];
    const measured = await interleave(['a', 'b', 'c'], 3, async (name, round) => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      return round;
    });

    expect(log.filter((line) => line.endsWith('begins')).map((line) => line[0])).toEqual(
      Array.from('abccbaabc'),
    );
    expect(
      log.filter((_, index) => index % 2 === 1).every((line) => line.endsWith('ends')),
    ).toBe(true);
    expect(measured).toEqual({ a: [0, 1, 2], b: [0, 1, 2], c: [0, 1, 2] });
  });
});
