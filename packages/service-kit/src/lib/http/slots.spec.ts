import { describe, expect, it } from '@jest/globals';
import { Kept } from '../../../test/garbage.js';
import { Slots } from './slots.js';

describe('slots', () => {
  it('hold what was added until it is removed, and use its place again', () => {
    const slots = new Slots<{ readonly name: string }>();
    const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    slots.add(a);
    const second = slots.add(b);
    expect([...slots]).toEqual([a, b]);
    slots.remove(second);
    expect([...slots]).toEqual([a]);
    expect(slots.size).toBe(1);
    expect(slots.add(c)).toBe(second);
    expect([...slots]).toEqual([a, c]);
    expect(slots.size).toBe(2);
  });

  it('let go of what was removed before old objects are collected', () => {
    const slots = new Slots<object>();
    const inUse: number[] = [];
    const pass = (count: number, kept?: Kept): void => {
      for (let i = 0; i < count; i += 1) {
        inUse.push(slots.add({ kilobyte: new Array<number>(128).fill(i) }));
        if (inUse.length > 32) slots.remove(inUse.shift() ?? 0);
        if (i % 1_000 === 0) kept?.collectYoung();
      }
    };
    pass(2_000);
    const kept = new Kept();
    pass(20_000, kept);
    // A Set keeps some 20 MB here.
    expect(kept.bytes).toBeLessThan(5_000_000);
  });
});
