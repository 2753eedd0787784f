import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/acme.js';
import { grantTypeAllowed } from './grant-type-allowed.js';

describe('grantTypeAllowed', () => {
  it('lets an application use what it is registered for, and nothing else', () => {
    expect(() => {
      grantTypeAllowed(webApplication, 'authorization_code');
    }).not.toThrow();
    expect(() => {
      grantTypeAllowed(webApplication, 'client_credentials');
    }).toThrow(expect.objectContaining({ code: 'unauthorized_client' }));
  });
});
