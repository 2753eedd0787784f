import { describe, expect, it } from '@jest/globals';

import { scopeSyntax } from './scope-syntax.js';

describe('scopeSyntax', () => {
  it('gives each scope once, in order', () => {
    expect(scopeSyntax('b a b https://x.example/y')).toEqual(['b', 'a', 'https://x.example/y']);
    expect(scopeSyntax(undefined)).toEqual([]);
  });

  it.each([' ', ' a', 'a ', 'a  b', 'a\tb', 'a"b', 'a\\b', 'é', 'a\u00a0b'])(
    'refuses %p',
    (scope) => {
      expect(() => scopeSyntax(scope)).toThrow(
        expect.objectContaining({ code: 'invalid_scope' }),
      );
    },
  );
});
