import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/standing.js';
import { confidential } from './confidential.js';

describe('confidential (RFC 6749 §4.4, RFC 7662 §2.1)', () => {
  it('refuses a public application', () => {
    expect(() => {
      confidential({ ...webApplication, authentication: { method: 'none' } });
    }).toThrow(expect.objectContaining({ code: 'unauthorized_client' }));
  });

  it('lets one through that has proved who it is', () => {
    expect(() => {
      confidential({
        ...webApplication,
        authentication: { method: 'client_secret_post', secretDigests: [] },
      });
    }).not.toThrow();
  });
});
