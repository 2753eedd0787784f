import { describe, expect, it } from '@jest/globals';

import { signInFailure } from './sign-in-failure.js';

describe('signInFailure', () => {
  it('has words of its own for each reason', () => {
    const reasons = [
      'expired',
      'denied',
      'provider_unavailable',
      'email_unverified',
      'rejected',
      'unavailable',
      'too_many',
    ];
    expect(new Set(reasons.map((reason) => signInFailure(reason).title)).size).toBe(7);
  });

  it.each(['', 'constructor', '__proto__', '<script>'])(
    'takes %j for a rejection',
    (reason) => {
      expect(signInFailure(reason)).toBe(signInFailure('rejected'));
    },
  );
});
