import { describe, expect, it } from '@jest/globals';

import { type Grant } from '../model/grant.js';
import { isLiveGrant, liveGrant } from './live-grant.js';

const now = new Date('2030-01-01T00:00:00Z');
const grant: Grant = {
  id: 'grant',
  authorization: {
    clientId: 'app',
    userId: 'user',
    sessionId: 'session',
    scope: [],
    resources: [],
    authenticatedAt: now,
    amr: [],
  },
  createdAt: now,
  expiresAt: new Date(now.getTime() + 1),
};

describe('liveGrant (RFC 6749 §5.2)', () => {
  it('lets a grant through until its last millisecond', () => {
    expect(isLiveGrant(grant, now)).toBe(true);
    expect(() => {
      liveGrant(grant, now);
    }).not.toThrow();
  });

  it('refuses one whose time is over', () => {
    expect(() => {
      liveGrant(grant, grant.expiresAt);
    }).toThrow(expect.objectContaining({ code: 'invalid_grant' }));
  });

  it('refuses one that was revoked, and tells the log alone why', () => {
    const revoked: Grant = { ...grant, revocation: { at: now, reason: 'signed_out' } };
    expect(() => {
      liveGrant(revoked, now);
    }).toThrow(
      expect.objectContaining({
        code: 'invalid_grant',
        description: 'The grant is not valid',
        detail: 'signed_out',
      }),
    );
  });
});
