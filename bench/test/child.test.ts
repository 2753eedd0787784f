import { describe, expect, it, jest } from '@jest/globals';
import { Child } from '../src/frame/child.ts';
import type { Contender } from './contender.ts';

// Starting Node takes its time on a machine that does other things.
jest.setTimeout(60_000);

const script = new URL('contender.ts', import.meta.url);

const start = (factor = 2): Promise<Child<Contender>> =>
  Child.start<Contender>('the contender', script, { factor });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('Child', () => {
  it('answers each question with its own answer', async () => {
    await using child = await start();
    const asked = [1, 2, 3].map((value) => child.call('double', value));
    expect(await Promise.all(asked)).toEqual([2, 4, 6]);
    expect(await child.residentBytes()).toBeGreaterThan(1_000_000);
  });

  it('says who failed, and why, and goes on', async () => {
    await using child = await start();
    await expect(child.call('fail', 'out of luck')).rejects.toThrow(
      /the contender: Error: out of luck/,
    );
    expect(await child.call('double', 4)).toBe(8);
  });

  it('fails everything under way, with the last words, when the process dies', async () => {
    await using child = await start();
    await expect(child.call('die', 7)).rejects.toThrow(
      /ended with 7\s+these are my last words/,
    );
    await expect(child.call('double', 1)).rejects.toThrow(/ended with 7/);
  });

  it('does not start what cannot prepare itself', async () => {
    await expect(start(0)).rejects.toThrow(/cannot work with nothing/);
  });

  it('has ended its process when it is disposed of', async () => {
    const child = await start();
    const pid = await child.call('pid', null);
    expect(isRunning(pid)).toBe(true);
    await child[Symbol.asyncDispose]();
    expect(isRunning(pid)).toBe(false);
  });
});
