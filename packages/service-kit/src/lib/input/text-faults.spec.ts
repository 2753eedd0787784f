import { describe, expect, it } from '@jest/globals';
import { textFaults } from './text-faults.js';

describe('textFaults', () => {
  it('finds nothing in what can be kept', () => {
    const input = { name: 'Ада 😀\n\u007f\ufffd', list: [1, true, null, 'x'], none: {} };
    expect(textFaults(input)).toEqual([]);
    expect(textFaults(undefined)).toEqual([]);
    expect(textFaults('plain')).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['a NUL', 'a\0b', []],
    ['a NUL in a list', { tags: ['a', '\0'] }, ['tags', '1']],
    ['a NUL in a name', { keys: { 'a\0b': 1 } }, ['keys', 'a\0b']],
    ['the first half of a pair', { name: 'a\ud800' }, ['name']],
    ['the second half of a pair', { name: '\udc00a' }, ['name']],
    ['half of a pair in a name', { '\ud800': 1 }, ['\ud800']],
    [
      'a field with the name of a prototype',
      JSON.parse('{"__proto__":"\\u0000"}'),
      ['__proto__'],
    ],
  ])('finds %s, and says where', (_case, input, path) => {
    expect(textFaults(input)).toEqual([expect.objectContaining({ path })]);
  });

  it('finds all of them', () => {
    expect(textFaults({ a: '\0', b: ['\ud800', 'x', '\0'] }).map(({ path }) => path)).toEqual([
      ['a'],
      ['b', '0'],
      ['b', '2'],
    ]);
  });

  it('refuses 50,000 levels, and does not fall over them', () => {
    const input: unknown = JSON.parse(`${'['.repeat(50_000)}"\\u0000"${']'.repeat(50_000)}`);
    expect(textFaults(input)).toEqual([
      { path: Array(32).fill('0'), message: 'This is nested deeper than 32 levels.' },
    ]);
  });
});
