import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/standing.js';
import { sameClient } from './same-client.js';

describe('sameClient (RFC 6749 §5.2)', () => {
  it('lets an application use what was issued to it', () => {
    expect(() => {
      sameClient(webApplication, webApplication.clientId);
    }).not.toThrow();
  });

  it('tells another that the grant is not valid, as if there were none', () => {
    expect(() => {
      sameClient(webApplication, 'other');
    }).toThrow(
      expect.objectContaining({ code: 'invalid_grant', description: 'The grant is not valid' }),
    );
  });
});
