import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/standing.js';
import { ownToken } from './own-token.js';

describe('ownToken (RFC 7009 §2.1)', () => {
  it('lets an application revoke its own token', () => {
    expect(() => {
      ownToken(webApplication, webApplication.clientId);
    }).not.toThrow();
  });

  it("refuses another's", () => {
    expect(() => {
      ownToken(webApplication, 'other');
    }).toThrow(expect.objectContaining({ code: 'invalid_grant', status: 400 }));
  });
});
