import { describe, expect, it } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { bytesKeptBy } from '../test/garbage.js';
import { PerRequest } from './per-request.js';

const socket = new Socket();

describe('what belongs to a request', () => {
  it('is of that request and of that kind alone', () => {
    const names = new PerRequest<{ readonly name: string }>();
    const counts = new PerRequest<{ readonly count: number }>();
    const [one, other] = [new IncomingMessage(socket), new IncomingMessage(socket)];
    names.set(one, { name: 'Ann' });
    counts.set(one, { count: 1 });
    names.set(one, { name: 'Bo' });
    expect([names.get(one), counts.get(one)]).toEqual([{ name: 'Bo' }, { count: 1 }]);
    expect([names.get(other), counts.get(other)]).toEqual([undefined, undefined]);
  });

  it('is not shown where the request is printed', () => {
    const names = new PerRequest<{ readonly name: string }>();
    const request = new IncomingMessage(socket);
    names.set(request, { name: 'Ann' });
    expect(inspect(request)).not.toContain('Ann');
  });

  it('goes with it, before old objects are collected', () => {
    const values = new PerRequest<object>();
    const inUse: IncomingMessage[] = [];
    const kept = bytesKeptBy((collectYoung) => {
      for (let i = 0; i < 10_000; i += 1) {
        const request = new IncomingMessage(socket);
        values.set(request, { kilobyte: new Array<number>(128).fill(i) });
        inUse[i % 32] = request;
        if (i % 50 === 0) collectYoung();
      }
    });
    // A WeakMap keeps what belonged to those that were in use at one collection or another: 7 MB.
    expect(kept).toBeLessThan(2_000_000);
  });
});
