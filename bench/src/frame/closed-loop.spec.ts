import { describe, expect, it } from '@jest/globals';
import { closedLoop } from './closed-loop.ts';

describe('closedLoop', () => {
  it('keeps exactly so many calls under way and counts each of them', async () => {
    let [under, most] = [0, 0];
    const seen: number[] = [];
    const { calls } = await closedLoop({ concurrency: 4, milliseconds: 20 }, async (index) => {
      seen.push(index);
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
    });

    expect(most).toBe(4);
    expect(under).toBe(0);
    expect(seen).toEqual(Array.from({ length: calls }, (_, index) => index));
  });

  it('ends with the first failure instead of counting it', async () => {
    let calls = 0;
    const loop = closedLoop({ concurrency: 2, milliseconds: 60_000 }, async (index) => {
      calls++;
      await new Promise((resolve) => setImmediate(resolve));
      if (index === 3) throw new Error('refused');
    });
    await expect(loop).rejects.toThrow('refused');
    // The call of the other caller was under way, and was its last.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBeLessThanOrEqual(5);
  });
});
