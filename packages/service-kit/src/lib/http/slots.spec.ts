import { describe, expect, it } from '@jest/globals';
import { bytesKeptBy } from '../../../test/garbage.js';
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
    const kept = bytesKeptBy((collectYoung) => {
      for (let i = 0; i < 20_000; i += 1) {
        inUse.push(slots.add({ kilobyte: new Array<number>(128).fill(i) }));
        if (inUse.length > 32) slots.remove(inUse.shift() ?? 0);
        if (i % 1_000 === 0) collectYoung();
      }
    });
    // A Set keeps some 20 MB here.
    expect(kept).toBeLessThan(5_000_000);
  });
});
