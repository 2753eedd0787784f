import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/acme.js';
import { scopeOfApplication } from './scope-of-application.js';

describe('scopeOfApplication', () => {
  it('leaves out what was taken from the application meanwhile', () => {
    const granted = ['openid', 'photos:read', 'photos:write'];
    expect(scopeOfApplication(webApplication, granted)).toEqual(granted);
    expect(scopeOfApplication({ ...webApplication, scopes: ['openid'] }, granted)).toEqual([
      'openid',
    ]);
  });
});
