import { describe, expect, it } from '@jest/globals';

import { issuer } from '../../../test/memory/acme.js';
import { inputOf } from '../../../test/memory/authorization-input.js';
import { resourceSubset } from './resource-subset.js';

const subset = (
  asked: readonly string[],
  resources: readonly string[],
  defaultResource?: string,
): readonly string[] =>
  resourceSubset({
    ...inputOf({}, defaultResource ? { defaultResource } : {}),
    asked,
    authorization: { resources, scope: ['openid'] },
  });

const refusal = expect.objectContaining({ code: 'invalid_target' });

describe('resourceSubset', () => {
  it('is all that was authorized where nothing is asked', () => {
    expect(subset([], ['a', 'b'])).toEqual(['a', 'b']);
    expect(subset([], [])).toEqual([]);
  });

  it('narrows down', () => {
    expect(subset(['b'], ['a', 'b'])).toEqual(['b']);
  });

  it('refuses what was not authorized', () => {
    expect(() => subset(['a', 'c'], ['a', 'b'])).toThrow(refusal);
    expect(() => subset([issuer], ['a', 'b'])).toThrow(refusal);
  });

  it('refuses whatever was not named where nothing was, though the application may have it', () => {
    expect(() => subset(['a'], [])).toThrow(refusal);
    expect(() => subset(['a'], [], 'b')).toThrow(refusal);
  });

  it('takes what tokens are for where nothing was named', () => {
    expect(subset([issuer], [])).toEqual([issuer]);
    expect(subset(['b'], [], 'b')).toEqual(['b']);
    expect(subset([issuer], [], 'b')).toEqual([issuer]);
  });
});
