import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { stand } from '../../../test/memory/standing.js';
import { drawUserCode, readUserCode, userCodeDigest } from './user-code.js';

describe('user codes (RFC 8628 §6.1)', () => {
  it('are eight consonants in two groups', async () => {
    const { context } = await stand();
    for (let draw = 0; draw < 200; draw += 1) {
      expect(drawUserCode(context)).toMatch(
        /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/,
      );
    }
  });

  it('are drawn evenly: bytes that would favour the first letters are thrown away', async () => {
    const { context } = await stand();
    const bytes = [
      Uint8Array.of(240, 241, 255, 255, 0, 1, 19, 20),
      new Uint8Array(8).fill(239),
    ];
    const randomBytes = (): Uint8Array => bytes.shift() ?? new Uint8Array(8);
    expect(drawUserCode({ ...context, randomBytes })).toBe('BCZB-ZZZZ');
  });

  it('are read however a person types them', () => {
    for (const typed of [
      'WDJB-MJHT',
      'wdjbmjht',
      ' wdjb mjht ',
      'W D J B – M J H T',
      'wdjb.mjht',
    ]) {
      expect(readUserCode(typed)).toBe('WDJBMJHT');
    }
  });

  it.each(['', 'WDJB', 'WDJB-MJHTB', 'AEIO-UAEI', 'WDJB-MJH1', 'ẞDJBMJH', ' '.repeat(65)])(
    'are not read into %j',
    (typed) => {
      expect(readUserCode(typed)).toBeUndefined();
    },
  );

  it('are read as they were drawn, or not at all, whatever is typed', async () => {
    const { context } = await stand();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(readUserCode(typed) ?? 'BBBBBBBB').toMatch(/^[B-DF-HJ-NP-TV-XZ]{8}$/);
      }),
    );
    const drawn = drawUserCode(context);
    expect(readUserCode(drawn)).toBe(drawn.replace('-', ''));
  });

  it('are stored under a key: another vault has another digest', async () => {
    const [one, other] = [await stand(), await stand()];
    const digest = userCodeDigest(one.context, 'WDJBMJHT');
    expect(userCodeDigest(one.context, 'WDJBMJHT')).toEqual(digest);
    expect(userCodeDigest(other.context, 'WDJBMJHT')).not.toEqual(digest);
  });
});
