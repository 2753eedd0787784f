import { format, inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it.each<[string, () => string]>([
    ['String()', () => String(secret)],
    ['toString', () => secret.toString()],
    // What a template literal does with it is the point of this test.
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions
    ['a template literal', () => `${secret}`],
    ['concatenation', () => ''.concat(secret as unknown as string)],
    ['an addition', () => 'the ' + (secret as unknown as string)],
    ['util.inspect', () => inspect(secret)],
    ['util.inspect of what holds it', () => inspect({ nested: [{ secret }] }, { depth: null })],
    ['util.inspect of hidden properties', () => inspect(secret, { showHidden: true })],
    ['util.format %s', () => format('%s', secret)],
    ['util.format %o', () => format('%o', secret)],
    ['util.format %j', () => format('%j', secret)],
    ['JSON', () => JSON.stringify(secret)],
    ['JSON of what holds it', () => JSON.stringify({ nested: [{ secret }] })],
    ['Array.join', () => [secret].join()],
  ])('prints [redacted] by %s', (_, print) => {
    expect(print()).toContain('[redacted]');
    expect(print()).not.toContain('hunter2');
  });

  it('has nothing to list, spread, clone or inspect without its own printer', () => {
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(Object.assign({}, secret)).toEqual({});
    expect(structuredClone(secret)).toEqual({});
    expect(inspect(secret, { customInspect: false, showHidden: true })).not.toContain(
      'hunter2',
    );
  });

  it('hands the value out by reveal(), whatever its type', () => {
    const key = new Uint8Array(32);
    expect(secret.reveal()).toBe('hunter2');
    expect(new Secret(key).reveal()).toBe(key);
  });
});
