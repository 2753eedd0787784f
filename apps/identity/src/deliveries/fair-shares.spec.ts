import { describe, expect, it } from '@jest/globals';
import { FairShares } from './fair-shares.js';

/** Work that ends when it is told to. */
function work(): { do: () => Promise<void>; end: () => void; begun: () => boolean } {
  let begun = false;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    do: () => {
      begun = true;
      return ended;
    },
    end,
    begun: () => begun,
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a share', () => {
  it('is so many at once for one, and another’s is its own', async () => {
    const shares = new FairShares({ atOnce: 2, mostWaiting: 2 });
    const works = Array.from({ length: 5 }, work);
    const done = works.map((one) => shares.run('a', one.do));
    const other = work();
    const others = shares.run('b', other.do);
    await settle();
    expect(works.map((one) => one.begun())).toEqual([true, true, false, false, false]);
    expect(other.begun()).toBe(true);
    // Two wait; the fifth is sent away.
    expect(await done[4]).toBe(false);
    works[0]?.end();
    expect(await done[0]).toBe(true);
    expect(works.map((one) => one.begun())).toEqual([true, true, true, false, false]);
    for (const one of [...works, other]) one.end();
    expect(await Promise.all([...done, others])).toEqual([true, true, true, true, false, true]);
  });

  it('is given back by work that fails', async () => {
    const shares = new FairShares({ atOnce: 1, mostWaiting: 0 });
    await expect(shares.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await shares.run('a', () => Promise.resolve())).toBe(true);
  });

  it('sends away who waits when it is closed, and lets what runs end', async () => {
    const shares = new FairShares({ atOnce: 1, mostWaiting: 5 });
    const [running, waiting] = [work(), work()];
    const done = [shares.run('a', running.do), shares.run('a', waiting.do)];
    shares.close();
    expect(await done[1]).toBe(false);
    expect(await shares.run('b', waiting.do)).toBe(false);
    running.end();
    expect(await done[0]).toBe(true);
    expect(waiting.begun()).toBe(false);
  });
});
