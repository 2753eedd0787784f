import { describe, expect, it } from '@jest/globals';

import { alice } from '../../../test/memory/standing.js';
import { activeUser } from './active-user.js';

describe('activeUser (RFC 9700 §4.14.2)', () => {
  it('passes a user who is active', () => {
    expect(activeUser(alice)).toBe(alice);
  });

  it('refuses one who was deactivated or erased', () => {
    expect(() => activeUser(undefined)).toThrow(
      expect.objectContaining({ code: 'invalid_grant' }),
    );
  });
});
