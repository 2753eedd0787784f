import { describe, expect, it } from '@jest/globals';

import { claimsOf, claimsOfScope } from './claims.js';

const user = {
  id: 'user-1',
  claims: { name: 'A', email: 'a@example.com', email_verified: false, staff: true },
};

describe('the claims of a scope', () => {
  it('are those of OpenID Connect Core §5.4', () => {
    expect(claimsOfScope(['openid', 'email', 'phone', 'photos:read'])).toEqual([
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
    ]);
    expect(claimsOfScope(['profile'])).toHaveLength(14);
    expect(claimsOfScope(['constructor'])).toEqual([]);
  });
});

describe('the claims of a user', () => {
  it('are those that were asked for and are known, false ones too', () => {
    expect(claimsOf(user, ['name', 'email_verified', 'picture'])).toEqual({
      name: 'A',
      email_verified: false,
    });
  });

  it('are never what is no claim of a user, though it is stored with one', () => {
    expect(claimsOf(user, ['staff', 'sub', 'constructor', '__proto__'])).toEqual({});
  });
});
