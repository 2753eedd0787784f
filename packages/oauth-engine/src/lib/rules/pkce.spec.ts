import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { pkce } from './pkce.js';

const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const S256 = { code_challenge, code_challenge_method: 'S256' };

describe('pkce', () => {
  it('takes the challenge of RFC 7636, Appendix B', () => {
    expect(pkce(inputOf(S256))).toBe(code_challenge);
  });

  it.each<[string, Record<string, string>]>([
    ['no challenge', { code_challenge_method: 'S256' }],
    ['plain', { code_challenge, code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge }],
    ['another spelling', { code_challenge, code_challenge_method: 's256' }],
    ['a short challenge', { ...S256, code_challenge: code_challenge.slice(1) }],
    ['a long challenge', { ...S256, code_challenge: `${code_challenge}A` }],
    ['padding', { ...S256, code_challenge: `${code_challenge.slice(1)}=` }],
    ['plain base64', { ...S256, code_challenge: code_challenge.replace('-', '+') }],
    ['bits beyond 256', { ...S256, code_challenge: `${code_challenge.slice(0, -1)}N` }],
  ])('refuses %s, of public and confidential applications', (_name, parameters) => {
    for (const type of ['single_page', 'web'] as const) {
      expect(() => pkce(inputOf(parameters, { type }))).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    }
  });
});
