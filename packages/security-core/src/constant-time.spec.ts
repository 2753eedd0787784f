import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { constantTimeEqual } from './constant-time.js';

describe('constantTimeEqual', () => {
  it('agrees with === on any two strings, lone surrogates included', () => {
    const anyString = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    });
    fc.assert(
      fc.property(anyString, anyString, (a, b) => {
        expect(constantTimeEqual(a, b)).toBe(a === b);
        expect(constantTimeEqual(a, a.slice())).toBe(true);
      }),
    );
  });

  it('agrees with Buffer.equals on any two byte arrays', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(constantTimeEqual(a, b)).toBe(Buffer.from(a).equals(b));
        expect(constantTimeEqual(a, a.slice())).toBe(true);
      }),
    );
  });

  it('sees any single flipped bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, position) => {
        const flipped = bytes.slice();
        const index = (position >> 3) % bytes.length;
        flipped[index] = (flipped[index] ?? 0) ^ (1 << (position & 7));
        expect(constantTimeEqual(bytes, flipped)).toBe(false);
      }),
    );
  });

  it('tells a value from its own beginning, and does not throw for the lengths', () => {
    expect(constantTimeEqual('secret', 'secre')).toBe(false);
    expect(constantTimeEqual('', 'secret')).toBe(false);
    expect(constantTimeEqual('', '')).toBe(true);
    expect(constantTimeEqual(new Uint8Array(32), new Uint8Array(33))).toBe(false);
  });

  it('compares a string with bytes by UTF-8', () => {
    expect(constantTimeEqual('clé', new TextEncoder().encode('clé'))).toBe(true);
    expect(constantTimeEqual(new TextEncoder().encode('clé'), 'clé')).toBe(true);
    expect(constantTimeEqual(new TextEncoder().encode('clé'), 'cle')).toBe(false);
  });

  it('does not take a lone surrogate for the replacement character', () => {
    expect(constantTimeEqual('\ud800', '\ufffd')).toBe(false);
    expect(constantTimeEqual('\ud800', '\udfff')).toBe(false);
    expect(constantTimeEqual('\ud800', new TextEncoder().encode('\ufffd'))).toBe(false);
    expect(constantTimeEqual(new TextEncoder().encode('\ufffd'), '\ud800')).toBe(false);
  });

  it('reads the part of a buffer that a view shows, not the rest', () => {
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    expect(constantTimeEqual(whole.subarray(1, 4), Uint8Array.of(1, 2, 3))).toBe(true);
  });
});
