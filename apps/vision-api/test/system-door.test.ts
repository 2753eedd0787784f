import { describe, expect, it } from '@jest/globals';
import { listSystemUses } from '@nomo/tenancy/testing';
import path from 'node:path';

describe('the door to all customers', () => {
  it('is used in these places alone, but for those of @nomo/audit', () => {
    expect(listSystemUses(path.resolve(import.meta.dirname, '../src'))).toEqual([
      // What walks a chain asks for this door, and is given the one to the customer at hand.
      { file: 'audit/audit-trail.repository.ts', reason: undefined },
      { file: 'sessions/expired.repository.ts', reason: 'remove what has expired' },
      { file: 'sessions/expired.repository.ts', reason: 'remove what has expired' },
      { file: 'usage/usage.writer.ts', reason: 'write a batch of usage' },
    ]);
  });
});
