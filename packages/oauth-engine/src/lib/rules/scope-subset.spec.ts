import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { scopeSubset } from './scope-subset.js';

const granted = ['openid', 'photos:read', 'photos:write'];
const narrowed = (scope: string): readonly string[] =>
  scopeSubset({ parameters: new Parameters([['scope', scope]]), granted });

describe('scopeSubset (RFC 6749 §6)', () => {
  it('keeps what was granted where nothing is asked', () => {
    expect(narrowed('')).toEqual(granted);
  });

  it('narrows down to what is asked', () => {
    expect(narrowed('photos:read')).toEqual(['photos:read']);
  });

  it('refuses what was not granted, though the application could have it', () => {
    expect(() => narrowed('openid email')).toThrow(
      expect.objectContaining({ code: 'invalid_scope' }),
    );
    expect(() => narrowed('"')).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
  });
});
