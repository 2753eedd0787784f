import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decodeForm, decodeFormText } from './form-encoding.js';

describe('decodeForm', () => {
  it.each([
    ['nothing', '', []],
    ['a plus as a space', 'scope=openid+email', [['scope', 'openid email']]],
    ['UTF-8', 'login_hint=%C3%A9', [['login_hint', 'é']]],
    [
      'a name without a value',
      'a&b=',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['an equals sign in a value', 'a=b=c', [['a', 'b=c']]],
    ['brackets as a part of the name, never as an array', 'a[]=1', [['a[]', '1']]],
    ['names of object prototypes', '__proto__=1', [['__proto__', '1']]],
  ])('reads %s', (_name, encoded, entries) => {
    expect(decodeForm(encoded)).toEqual(entries);
  });

  it.each([
    ['a lone percent sign', 'a=%'],
    ['a cut percent encoding', 'a=%4'],
    ['bytes that are not UTF-8', 'a=%ff%fe'],
    ['an overlong encoding', 'a=%c0%80'],
    ['an encoded surrogate', 'a=%ed%a0%80'],
    ['a NUL byte', 'a=%00'],
    ['a NUL byte in a name', 'a%00=b'],
    ['a line break', 'state=a%0d%0ab'],
    ['raw bytes beyond ASCII', 'a=\u00e9'],
    ['a raw space', 'a=b c'],
    ['a name of 129 characters', `${'n'.repeat(129)}=1`],
    ['a value of 8,193 characters', `a=${'v'.repeat(8_193)}`],
    ['a thousand parameters', Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join('&')],
  ])('refuses %s', (_name, encoded) => {
    expect(() => decodeForm(encoded)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });

  it('reads back whatever URLSearchParams writes of printable text', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .filter((s) => !/\p{Cc}/u.test(s));
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            text.filter((name) => name !== ''),
            text,
          ),
          { maxLength: 10 },
        ),
        (entries) => {
          expect(decodeForm(new URLSearchParams(entries).toString())).toEqual(entries);
        },
      ),
    );
  });

  it('never throws anything but invalid_request', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (encoded) => {
        try {
          decodeFormText(encoded);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });
});
