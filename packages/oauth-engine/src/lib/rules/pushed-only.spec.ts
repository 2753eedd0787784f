import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { pushedOnly } from './pushed-only.js';

describe('pushedOnly', () => {
  it.each([
    { required: true, pushed: true, good: true },
    { required: true, pushed: false, good: false },
    { required: false, pushed: true, good: true },
    { required: false, pushed: false, good: true },
  ])('says $good to pushed=$pushed where required=$required', ({ required, pushed, good }) => {
    const input = inputOf({}, { requirePushedAuthorizationRequests: required });
    const check = expect(() => {
      pushedOnly({ ...input, pushed });
    });
    if (good) check.not.toThrow();
    else
      check.toThrow(expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }));
  });
});
