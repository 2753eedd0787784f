import { describe, expect, it } from '@jest/globals';

import { issuer, stand } from '../../../test/memory/standing.js';
import { scopeOfAudience } from './scope-of-audience.js';

const scope = ['openid', 'email', 'photos:read'];

describe('scopeOfAudience (RFC 9068 §2.2.3)', () => {
  it('leaves a resource server the scopes that mean something to it', async () => {
    const { context } = await stand();
    expect(scopeOfAudience(context, scope, ['https://photos.example'])).toEqual([
      'photos:read',
    ]);
    expect(scopeOfAudience(context, scope, ['https://films.example/api'])).toEqual([]);
    expect(scopeOfAudience(context, scope, ['https://unknown.example'])).toEqual([]);
  });

  it('leaves the issuer those that belong to no resource server', async () => {
    const { context } = await stand();
    expect(scopeOfAudience(context, scope, [issuer])).toEqual(['openid', 'email']);
  });

  it('keeps everything for both', async () => {
    const { context } = await stand();
    expect(scopeOfAudience(context, scope, [issuer, 'https://photos.example'])).toEqual(scope);
  });
});
