import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { scope } from './scope.js';

describe('scope', () => {
  it('gives what is asked for', () => {
    expect(scope(inputOf({ scope: 'openid photos:read' }))).toEqual(['openid', 'photos:read']);
  });

  it('leaves out what nobody knows', () => {
    expect(scope(inputOf({ scope: 'openid unheard-of' }))).toEqual(['openid']);
  });

  it('refuses what nothing is left of, and lets nothing be asked for', () => {
    const refused = expect.objectContaining({ code: 'invalid_scope' });
    expect(() => scope(inputOf({ scope: 'unheard-of' }))).toThrow(refused);
    const offline = inputOf(
      { scope: 'offline_access' },
      { grantTypes: ['authorization_code'] },
    );
    expect(() => scope(offline)).toThrow(refused);
    expect(scope(inputOf({}))).toEqual([]);
  });

  it('refuses what the application may not have', () => {
    const input = inputOf({ scope: 'openid photos:write' }, { scopes: ['openid'] });
    expect(() => scope(input)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
  });

  it('gives no offline access to an application that cannot use refresh tokens', () => {
    const asked = { scope: 'openid offline_access' };
    expect(scope(inputOf(asked))).toEqual(['openid', 'offline_access']);
    expect(scope(inputOf(asked, { grantTypes: ['authorization_code'] }))).toEqual(['openid']);
  });
});
