import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { dpopKeyOfPush } from './dpop-key-of-push.js';

const none = new Parameters([]);
const named = new Parameters([['dpop_jkt', 'k1']]);

describe('dpopKeyOfPush', () => {
  it('is that of the proof, or of the parameter, or of both', () => {
    expect(dpopKeyOfPush(undefined, none)).toEqual([]);
    expect(dpopKeyOfPush('k1', none)).toEqual([['dpop_jkt', 'k1']]);
    expect(dpopKeyOfPush(undefined, named)).toEqual([['dpop_jkt', 'k1']]);
    expect(dpopKeyOfPush('k1', named)).toEqual([['dpop_jkt', 'k1']]);
  });

  it('is refused where they are two', () => {
    expect(() => dpopKeyOfPush('k2', named)).toThrow(
      expect.objectContaining({ code: 'invalid_dpop_proof' }),
    );
  });
});
