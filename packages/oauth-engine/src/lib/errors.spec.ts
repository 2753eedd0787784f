import { describe, expect, it } from '@jest/globals';

import { OAuthError } from './errors.js';

describe('OAuthError', () => {
  it('answers with its code and description, uncached, and keeps its detail back', () => {
    const error = new OAuthError('invalid_grant', 'The code cannot be redeemed', {
      detail: 'expired 3 s ago',
    });

    expect(error.toResponse()).toEqual({
      status: 400,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        pragma: 'no-cache',
      },
      body: { error: 'invalid_grant', error_description: 'The code cannot be redeemed' },
    });
    expect(JSON.stringify(error.toResponse())).not.toContain('expired');
  });
});
