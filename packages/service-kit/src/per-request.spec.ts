import { describe, expect, it } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Kept } from '../test/garbage.js';
import { PerRequest } from './per-request.js';

describe('what belongs to a request', () => {
  it('is of that request and of that kind alone', () => {
    const [names, counts] = [
      new PerRequest<{ name: string }>(),
      new PerRequest<{ n: number }>(),
    ];
    const [one, other] = [new IncomingMessage(new Socket()), new IncomingMessage(new Socket())];
    names.set(one, { name: 'Ann' });
    counts.set(one, { n: 1 });
    names.set(one, { name: 'Bo' });
    expect([names.get(one), counts.get(one)]).toEqual([{ name: 'Bo' }, { n: 1 }]);
    expect([names.get(other), counts.get(other)]).toEqual([undefined, undefined]);
    expect(
      JSON.stringify({ ...one, socket: undefined, _readableState: undefined }),
    ).not.toContain('Bo');
  });

  it('goes with it, before old objects are collected', () => {
    const values = new PerRequest<object>();
    const socket = new Socket();
    const pass = (count: number, kept?: Kept): void => {
      for (let i = 0; i < count; i += 1) {
        values.set(new IncomingMessage(socket), { kilobyte: new Array<number>(128).fill(i) });
        if (i % 1_000 === 0) kept?.collectYoung();
      }
    };
    pass(2_000);
    const kept = new Kept();
    pass(10_000, kept);
    // A WeakMap keeps some 10 MB here.
    expect(kept.bytes).toBeLessThan(3_000_000);
  });
});
