import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalJson, type JsonValue } from './canonical-json.js';
import { InvalidArgument } from './errors.js';
import { parseJson } from './parse-json.js';

/** The names of an object and of those in it, as they are. */
const namesIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)])
    : [];

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('parseJson', () => {
  it.each([
    ['a quote', '{"first":0,"\\\\":0}', '{"first":0,"\\"":0}', '"'],
    ['two line breaks', '{"second":0,"\\\\n":0}', '{"second":0,"\\n\\n":0}', '\n\n'],
    ['a letter by its number', '{"third":0,"\\\\u":0}', '{"third":0,"\\u0061b":0}', 'ab'],
    ['a slash', '{"of":{"fourth":0,"a\\\\":0}}', '{"of":{"fourth":0,"a\\/":0}}', 'a/'],
  ])('takes a name with %s for no other that was read before', (_what, before, text, name) => {
    JSON.parse(before);
    expect(namesIn(parseJson(text)).at(-1)).toBe(name);
  });

  it('says the same as whoever wrote it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const read = parseJson(text);
        expect(JSON.stringify(read)).toBe(text);
        expect(canonicalJson(read)).toEqual(canonicalJson(value as JsonValue));
      }),
    );
  });

  it('keeps the last of members of one name, and makes a member of what is called like one', () => {
    expect(parseJson('{"a\\n":1,"b":2,"a\\u000a":3}')).toEqual({ 'a\n': 3, b: 2 });
    const odd = parseJson('{"__proto__":{"a\\n":1},"toString":2,"\\"":3}');
    expect(Object.keys(odd as object)).toEqual(['__proto__', 'toString', '"']);
    expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
  });

  it.each([
    '',
    '{"a\\":1}',
    '{"a":"\\x"}',
    '{"a\\n":1,}',
    '"\n"',
    `${'['.repeat(200_000)}"\\n"${']'.repeat(200_000)}`,
  ])('refuses what it cannot read, and repeats nothing of it', (text) => {
    const error = thrownBy(() => parseJson(text));
    expect(error).toEqual(new InvalidArgument('A JSON text cannot be read'));
    expect(error).not.toHaveProperty('cause');
  });

  it.each(['"a\\n: b"', '["\\":", ":"]', '{"a" : "\\": \\\\"}', '7', 'null'])(
    'takes no colon of a text for one of a member: %s',
    (text) => {
      expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    },
  );
});
