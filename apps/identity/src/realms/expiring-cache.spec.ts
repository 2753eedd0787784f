import { describe, expect, it, jest } from '@jest/globals';
import { ExpiringCache } from './expiring-cache.js';

class Away extends Error {}

const TTL = 100;
const FOR = 10_000;

function cacheAt(clock: { now: number }, standsIn = true): ExpiringCache<string> {
  return new ExpiringCache<string>({
    ttlMs: TTL,
    most: 2,
    ...(standsIn && { standIn: { forMs: FOR, when: (error) => error instanceof Away } }),
    now: () => clock.now,
  });
}

const says = (value: string) => jest.fn(() => Promise.resolve(value));
const isAway = () => jest.fn(() => Promise.reject(new Away()));

describe('a cache', () => {
  it('loads what it does not have, once for all who ask', async () => {
    const cache = cacheAt({ now: 0 });
    const load = says('one');
    expect(await Promise.all([cache.get('a', load), cache.get('a', load)])).toEqual([
      'one',
      'one',
    ]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('loads again what is too old, was deleted or expired, or made room', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock);
    const load = says('one');
    await cache.get('a', load);
    clock.now = TTL;
    await cache.get('a', load);
    cache.delete('a');
    await cache.get('a', load);
    cache.expire('a');
    await cache.get('a', load);
    expect(load).toHaveBeenCalledTimes(4);
    await cache.get('b', says('two'));
    await cache.get('a', load);
    await cache.get('c', says('three'));
    expect(load).toHaveBeenCalledTimes(4);
    await cache.get('b', load);
    expect(load).toHaveBeenCalledTimes(5);
  });

  it('makes room by what was asked for since it was last looked at', async () => {
    const cache = cacheAt({ now: 0 });
    const load = says('value');
    for (const key of ['a', 'b', 'a', 'b', 'c']) await cache.get(key, load);
    // All had been asked for again: the oldest went, and the next has to be asked for anew.
    await cache.get('d', load);
    expect(load).toHaveBeenCalledTimes(4);
    await cache.get('c', load);
    await cache.get('d', load);
    expect(load).toHaveBeenCalledTimes(4);
    await cache.get('b', load);
    expect(load).toHaveBeenCalledTimes(5);
  });

  it('keeps no failure', async () => {
    const cache = cacheAt({ now: 0 });
    await expect(cache.get('a', isAway())).rejects.toThrow(Away);
    expect(await cache.get('a', says('one'))).toBe('one');
  });
});

describe('a cache whose source is away', () => {
  it('gives what it had last, and asks again once a second', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock);
    await cache.get('a', says('one'));
    clock.now = 5_000;
    const away = isAway();
    expect(await cache.get('a', away)).toBe('one');
    expect(await cache.get('a', away)).toBe('one');
    expect(away).toHaveBeenCalledTimes(1);
    clock.now = 6_000;
    expect(await cache.get('a', says('two'))).toBe('two');
  });

  it('gives nothing that it was not to stand in with', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock, false);
    await cache.get('a', says('one'));
    clock.now = 5_000;
    await expect(cache.get('a', isAway())).rejects.toThrow(Away);
  });

  it('gives nothing once that is too old, though it was asked for all the time', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock);
    await cache.get('a', says('one'));
    for (clock.now = 500; clock.now < FOR; clock.now += 1_500) {
      expect(await cache.get('a', isAway())).toBe('one');
    }
    clock.now = FOR;
    await expect(cache.get('a', isAway())).rejects.toThrow(Away);
  });

  it('gives nothing that was deleted, and goes on giving what has expired', async () => {
    const cache = cacheAt({ now: 0 });
    await cache.get('a', says('one'));
    cache.expire('a');
    expect(await cache.get('a', isAway())).toBe('one');
    cache.delete('a');
    await expect(cache.get('a', isAway())).rejects.toThrow(Away);
  });

  it('hides no other failure', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock);
    await cache.get('a', says('one'));
    clock.now = 5_000;
    const broken = (): Promise<string> => Promise.reject(new TypeError('broken'));
    await expect(cache.get('a', broken)).rejects.toThrow(TypeError);
    await expect(cache.get('a', isAway())).rejects.toThrow(Away);
  });

  it('has nobody wait long for a source that says nothing, and takes what it says later', async () => {
    const clock = { now: 0 };
    const cache = cacheAt(clock);
    await cache.get('a', says('one'));
    clock.now = 5_000;
    let answer: (value: string) => void = () => undefined;
    const hangs = jest.fn(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    expect(await cache.get('a', hangs)).toBe('one');
    expect(await cache.get('a', hangs)).toBe('one');
    expect(hangs).toHaveBeenCalledTimes(1);
    answer('two');
    await new Promise(setImmediate);
    expect(await cache.get('a', isAway())).toBe('two');
  });
});
