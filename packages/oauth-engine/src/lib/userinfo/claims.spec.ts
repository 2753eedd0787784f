import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/acme.js';
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
    expect(claimsOf(user, webApplication, ['name', 'email_verified', 'picture'])).toEqual({
      name: 'A',
      email_verified: false,
    });
  });

  it('are only those that the application may have now', () => {
    const application = { ...webApplication, scopes: ['openid', 'profile'] };
    expect(claimsOf(user, application, ['name', 'email'])).toEqual({ name: 'A' });
  });

  it('are never what is no claim of a user, though it is stored with one', () => {
    expect(
      claimsOf(user, webApplication, ['staff', 'sub', 'constructor', '__proto__']),
    ).toEqual({});
  });
});
