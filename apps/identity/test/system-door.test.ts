import { describe, expect, it } from '@jest/globals';
import { listSystemUses } from '@nomo/tenancy/testing';
import path from 'node:path';

describe('the door to all organizations', () => {
  it('is used in these places alone, but for those of @nomo/audit', () => {
    expect(listSystemUses(path.resolve(import.meta.dirname, '../src'))).toEqual([
      { file: 'housekeeping/expired-rows.repository.ts', reason: 'remove what has expired' },
      { file: 'oauth/logout/logouts.repository.ts', reason: 'find logouts that are due' },
      { file: 'organizations/organizations.repository.ts', reason: 'create an organization' },
      { file: 'organizations/organizations.repository.ts', reason: 'list organizations' },
      {
        file: 'signing-keys/signing-keys.repository.ts',
        reason: 'find signing keys that are due',
      },
      {
        file: 'webhooks/webhooks.repository.ts',
        reason: 'find webhook deliveries that are due',
      },
    ]);
  });
});
