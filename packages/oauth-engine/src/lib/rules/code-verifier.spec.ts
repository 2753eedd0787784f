import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { sha256Digest } from '@nomo/security-core';

import { Parameters } from '../http/parameters.js';
import { codeVerifier } from './code-verifier.js';

/** RFC 7636 Appendix B. */
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const check = (code_verifier: string, against = challenge): void => {
  codeVerifier(new Parameters([['code_verifier', code_verifier]]), against);
};

describe('codeVerifier (RFC 7636 §4.6)', () => {
  it('accepts the example of Appendix B', () => {
    expect(() => {
      check(verifier);
    }).not.toThrow();
  });

  it('refuses every other verifier', () => {
    const others = fc.stringMatching(/^[A-Za-z0-9._~-]{43,128}$/);
    fc.assert(
      fc.property(others, (other) => {
        const own = Buffer.from(sha256Digest(other)).toString('base64url');
        expect(() => {
          check(other, own);
        }).not.toThrow();
        expect(() => {
          check(other);
        }).toThrow(expect.objectContaining({ code: 'invalid_grant' }));
      }),
    );
  });

  it('refuses the challenge itself: plain does not exist here', () => {
    expect(() => {
      check(challenge);
    }).toThrow(expect.objectContaining({ code: 'invalid_grant' }));
  });

  it.each([
    ['none', ''],
    ['42 characters', verifier.slice(1)],
    ['129 characters', 'a'.repeat(129)],
    ['a character beyond the alphabet', `${verifier.slice(1)}=`],
    ['letters beyond ASCII', `${verifier.slice(1)}é`],
  ])('refuses %s as malformed', (_name, malformed) => {
    expect(() => {
      check(malformed);
    }).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
