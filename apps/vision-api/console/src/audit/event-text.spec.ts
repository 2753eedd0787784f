import { describe, expect, it } from '@jest/globals';

import { actionText, detailText } from './event-text.js';

describe('what happened', () => {
  it('has words, and its own name where there are none yet', () => {
    expect(actionText('api_key.created')).toBe('Key created');
    expect(actionText('moon.landed')).toBe('moon.landed');
  });

  it.each([
    [{}, ''],
    [{ reason: 'ended_by_provider' }, 'by the sign-in provider'],
    [{ reason: 'boredom' }, 'boredom'],
    [
      { mode: 'live', scopes: ['faces:detect', 'new:scope'], expiresAt: null },
      'live key · Detect faces, new:scope',
    ],
    [{ mode: 'test', playground: true }, 'test key · for the playground'],
    [{ depth: { of: 1 } }, 'depth: {"of":1}'],
  ])('%j: %s', (details, text) => {
    expect(detailText({ details })).toBe(text);
  });
});
