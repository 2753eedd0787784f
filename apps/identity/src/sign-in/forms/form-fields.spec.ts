import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FormFault, FormRefused, MOST_BYTES, readFields } from './form-fields.js';

const TYPE = 'application/x-www-form-urlencoded';
const read = (body: string | Uint8Array, type = TYPE): ReadonlyMap<string, string> =>
  readFields(type, typeof body === 'string' ? Buffer.from(body) : body);

function faultOf(work: () => unknown): FormFault | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof FormRefused) return error.fault;
    throw error;
  }
}

describe('the fields of a form', () => {
  it('are what was typed, whatever it was', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((typed) => !/\p{Cc}/u.test(typed));
    fc.assert(
      fc.property(text, (typed) => {
        const sent = new URLSearchParams({ password: typed }).toString();
        expect(read(sent).get('password')).toBe(typed);
      }),
    );
  });

  it('are read as well where a client encodes less than a browser', () => {
    expect(read('email=ada@example.com&back=/a?b=c')).toEqual(
      new Map([
        ['email', 'ada@example.com'],
        ['back', '/a?b=c'],
      ]),
    );
  });

  it.each([TYPE, `${TYPE};charset=UTF-8`, `${TYPE}; charset="utf-8"`])('come as %s', (type) => {
    expect(read('a=1', type).get('a')).toBe('1');
  });

  it.each(['', 'application/json', 'multipart/form-data', `${TYPE}; charset=utf-7`])(
    'do not come as %p',
    (type) => {
      expect(faultOf(() => read('a=1', type))).toBe('not_a_form');
    },
  );

  it.each([
    ['a field twice', 'a=1&a=2'],
    ['a field twice, differently written', 'a=1&%61=2'],
    ['a field without a name', '=1'],
    ['no equals sign', 'a'],
    ['an empty pair', 'a=1&&b=2'],
    ['a NUL', 'a=%00'],
    ['a line break', 'a=%0d%0aSet-Cookie'],
    ['invalid UTF-8', 'a=%ff'],
    ['an overlong encoding', 'a=%c0%af'],
    ['half an escape', 'a=%4'],
    ['a bare byte above ASCII', Buffer.from('a=\u00e9', 'latin1')],
    ['a bare control character', 'a=\u0001'],
  ])('are refused for %s', (_what, body) => {
    expect(faultOf(() => read(body))).toBe('malformed');
  });

  it('are few, and small', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `f${index}=`).join('&');
    expect(faultOf(() => read(many))).toBe('too_many_fields');
    expect(faultOf(() => read(`a=${'x'.repeat(MOST_BYTES)}`))).toBe('too_large');
    expect(read('').size).toBe(0);
  });
});
