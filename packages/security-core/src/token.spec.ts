import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from './errors.js';
import { Secret } from './secret.js';
import {
  codeDigest,
  generateCode,
  generateKey,
  generateToken,
  keyedDigest,
  sha256Digest,
  verifyCode,
} from './token.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('generateToken', () => {
  it('has the entropy it says, in base64url, and never the same twice', () => {
    const tokens = Array.from({ length: 300 }, () => generateToken().reveal());
    expect(new Set(tokens).size).toBe(300);
    for (const token of tokens) {
      expect(token).toMatch(/^[\w-]{43}$/u);
    }
    for (const bytes of [16, 33, 1024]) {
      expect(Buffer.from(generateToken({ bytes }).reveal(), 'base64url')).toHaveLength(bytes);
    }
  });

  it('refuses to make one that could be guessed', () => {
    for (const bytes of [15, 0, -1, 16.5, NaN, Infinity, 1025]) {
      expect(() => generateToken({ bytes })).toThrow(InvalidArgument);
    }
  });
});

describe('generateKey', () => {
  it('is 32 bytes, never the same twice, and does not print', () => {
    const keys = Array.from({ length: 300 }, generateKey);
    expect(new Set(keys.map((key) => hex(key.reveal()))).size).toBe(300);
    expect(keys.every((key) => key.reveal().byteLength === 32)).toBe(true);
    expect(String(keys[0])).toBe('[redacted]');
  });
});

describe('sha256Digest', () => {
  it('is SHA-256 of the text, the bytes, or what a Secret holds', () => {
    // NIST, FIPS 180-4 examples: "abc".
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(hex(sha256Digest('abc'))).toBe(abc);
    expect(hex(sha256Digest(new Secret('abc')))).toBe(abc);
    expect(hex(sha256Digest(Buffer.from('abc')))).toBe(abc);
  });
});

describe('generateCode', () => {
  it('has as many digits as asked for, with leading zeros', () => {
    for (const digits of [4, 6, 12]) {
      const codes = Array.from({ length: 200 }, () => generateCode({ digits }).reveal());
      for (const code of codes) {
        expect(code).toMatch(/^[0-9]+$/u);
        expect(code).toHaveLength(digits);
      }
      expect(codes.some((code) => code.startsWith('0'))).toBe(true);
      expect(codes.some((code) => code.startsWith('9'))).toBe(true);
    }
    expect(generateCode().reveal()).toHaveLength(6);
  });

  it('draws every digit in every place as often as any other', () => {
    const rounds = 20_000;
    const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
    for (let round = 0; round < rounds; round += 1) {
      for (const [place, digit] of Array.from(generateCode().reveal()).entries()) {
        const row = counts[place] ?? [];
        row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
      }
    }
    for (const row of counts) {
      const expected = rounds / 10;
      const chiSquare = row.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 9 degrees of freedom: an even source exceeds 70 once in 10^11 runs.
      expect(chiSquare).toBeLessThan(70);
    }
  });

  it('refuses a number of digits that is too small to protect or too large to draw', () => {
    for (const digits of [3, 0, -6, 5.5, 13, NaN]) {
      expect(() => generateCode({ digits })).toThrow(InvalidArgument);
    }
  });
});

describe('keyedDigest', () => {
  const key = new Uint8Array(131).fill(0xaa);

  it('is HMAC-SHA256 over the length of the purpose, the purpose and the input', () => {
    for (const [purpose, input] of [
      ['', ''],
      ['a:b', 'text'],
      ['prüfen', 'Zoë 🔑'],
      ['p', 'x'.repeat(100_000)],
    ] as const) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(purpose));
      const expected = createHmac('sha256', key)
        .update(Buffer.concat([length, Buffer.from(purpose), Buffer.from(input)]))
        .digest('hex');
      for (const form of [input, new Secret(input), Buffer.from(input)]) {
        expect(hex(keyedDigest({ key, purpose, input: form }))).toBe(expected);
        expect(hex(keyedDigest({ key: new Secret(key), purpose, input: form }))).toBe(expected);
      }
      expect(hex(codeDigest({ key, purpose, code: input }))).toBe(expected);
    }
  });

  it('is another for any single bit of key, purpose or input', () => {
    const input = { key: new Uint8Array(32), purpose: 'purpose', input: new Uint8Array(8) };
    const digests = new Set([hex(keyedDigest(input))]);
    for (let bit = 0; bit < 64; bit += 1) {
      const flip = (length: number) => {
        const flipped = new Uint8Array(length);
        flipped[bit >> 3] = 1 << (bit & 7);
        return flipped;
      };
      digests.add(hex(keyedDigest({ ...input, key: flip(32) })));
      digests.add(hex(keyedDigest({ ...input, input: flip(8) })));
      digests.add(hex(keyedDigest({ ...input, purpose: `purpose${bit}` })));
    }
    expect(digests.size).toBe(1 + 3 * 64);
  });

  it('wants a key worth the name, bytes or text, and text that is well-formed', () => {
    const right = { key, purpose: 'p', input: 'text' };
    for (const wrong of [
      { key: new Uint8Array(31) },
      { key: new Secret(new Uint8Array(31)) },
      { key: 'k'.repeat(32) as unknown as Uint8Array },
      { purpose: '\ud800' },
      { input: '\udfff' },
      { input: new Secret('\udfff') },
      { input: 42 as unknown as string },
      { input: undefined as unknown as string },
    ]) {
      expect(() => keyedDigest({ ...right, ...wrong })).toThrow(InvalidArgument);
    }
    expect(keyedDigest({ ...right, key: new Uint8Array(32) })).toHaveLength(32);
  });
});

describe('codeDigest', () => {
  const key = new Uint8Array(32).fill(5);
  const input = { key, purpose: 'sign-in:user_42', code: '042917' };

  it('is HMAC-SHA256 over the length of the purpose, the purpose and the code', () => {
    const message = Buffer.concat([
      Buffer.of(0, 0, 0, 3),
      Buffer.from('a:b'),
      Buffer.from('1234'),
    ]);
    const expected = createHmac('sha256', key).update(message).digest('hex');
    expect(hex(codeDigest({ key, purpose: 'a:b', code: new Secret('1234') }))).toBe(expected);
  });

  it('verifies the code it was made from, and no other, for nothing else', () => {
    const stored = codeDigest(input);
    expect(verifyCode(input, stored)).toBe(true);
    expect(verifyCode({ ...input, code: new Secret('042917') }, stored)).toBe(true);
    for (const other of [
      { code: '042918' },
      { code: '42917' },
      { code: '' },
      { code: '\ud800' },
      { purpose: 'sign-in:user_43' },
      { purpose: 'sign-in:user_4', code: '2042917' },
      { key: new Uint8Array(32).fill(6) },
    ]) {
      expect(verifyCode({ ...input, ...other }, stored)).toBe(false);
    }
    expect(verifyCode(input, undefined)).toBe(false);
    for (const code of [42917, undefined, null, ['042917'], {}, true]) {
      expect(verifyCode({ ...input, code: code as string }, stored)).toBe(false);
    }
    expect(verifyCode(input, stored.subarray(1))).toBe(false);
    expect(verifyCode({ ...input, code: '\ud800' }, codeDigest({ ...input, code: '' }))).toBe(
      false,
    );
  });

  it('differs for any two purposes and codes, however their text is cut', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (purpose, code, at) => {
        const whole = purpose + code;
        const cut = at % (whole.length + 1);
        const [otherPurpose, otherCode] = [whole.slice(0, cut), whole.slice(cut)];
        const same =
          hex(codeDigest({ key, purpose, code })) ===
          hex(codeDigest({ key, purpose: otherPurpose, code: otherCode }));
        expect(same).toBe(otherPurpose === purpose);
      }),
    );
  });

  it('wants a key worth the name, and well-formed text', () => {
    for (const wrong of [
      { key: new Uint8Array(31) },
      { key: 'k'.repeat(32) as unknown as Uint8Array },
      { purpose: '\ud800' },
      { code: '\udfff' },
    ]) {
      expect(() => codeDigest({ ...input, ...wrong })).toThrow(InvalidArgument);
    }
  });
});
