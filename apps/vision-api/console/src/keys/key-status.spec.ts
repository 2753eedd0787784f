import { describe, expect, it } from '@jest/globals';

import { keyStatus } from './key-status.js';

const NOW = Date.parse('2026-05-01T00:00:00Z');
const BEFORE = '2026-04-30T00:00:00Z';
const AFTER = '2026-05-02T00:00:00Z';

describe('keyStatus', () => {
  it.each([
    [null, null, 'active'],
    [null, AFTER, 'active'],
    [null, BEFORE, 'expired'],
    [null, '2026-05-01T00:00:00Z', 'expired'],
    [BEFORE, null, 'revoked'],
    [BEFORE, BEFORE, 'revoked'],
  ] as const)('revoked %s, expires %s: %s', (revokedAt, expiresAt, status) => {
    expect(keyStatus({ revokedAt, expiresAt }, NOW)).toBe(status);
  });
});
