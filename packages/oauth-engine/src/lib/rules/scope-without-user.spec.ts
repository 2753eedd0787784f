import { describe, expect, it } from '@jest/globals';

import { scopeWithoutUser } from './scope-without-user.js';

describe('scopeWithoutUser (RFC 6749 §4.4)', () => {
  it('lets scopes of resources through', () => {
    expect(() => {
      scopeWithoutUser(['photos:read']);
    }).not.toThrow();
  });

  it.each(['openid', 'offline_access', 'profile', 'email', 'address', 'phone'])(
    'refuses %s, which speaks of a user',
    (name) => {
      expect(() => {
        scopeWithoutUser(['photos:read', name]);
      }).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    },
  );
});
