import { describe, expect, it } from '@jest/globals';

import { tokenBinding } from './token-binding.js';

const ask =
  (scheme: 'Bearer' | 'DPoP', boundTo: string | undefined, proofKey: string | undefined) =>
  (): void => {
    tokenBinding({ scheme, token: 'x' }, boundTo, proofKey);
  };

describe('tokenBinding', () => {
  it('takes a bearer token, and a bound token with a proof by its key', () => {
    expect(ask('Bearer', undefined, undefined)).not.toThrow();
    expect(ask('DPoP', 'k1', 'k1')).not.toThrow();
  });

  it('refuses a bound token as a bearer token, even beside a good proof', () => {
    const refused = expect.objectContaining({ code: 'invalid_token' });
    expect(ask('Bearer', 'k1', undefined)).toThrow(refused);
    expect(ask('Bearer', 'k1', 'k1')).toThrow(refused);
  });

  it('refuses another key, a missing proof, and a bearer token as a bound one', () => {
    expect(ask('DPoP', 'k1', 'k2')).toThrow(expect.objectContaining({ code: 'invalid_token' }));
    expect(ask('DPoP', undefined, 'k1')).toThrow(
      expect.objectContaining({ code: 'invalid_token' }),
    );
    expect(ask('DPoP', 'k1', undefined)).toThrow(
      expect.objectContaining({ code: 'invalid_dpop_proof' }),
    );
  });
});
