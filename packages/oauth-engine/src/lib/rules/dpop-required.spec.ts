import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/standing.js';
import { dpopRequired } from './dpop-required.js';

describe('dpopRequired (RFC 9449 §5.2)', () => {
  it('asks nothing of an application that may have bearer tokens', () => {
    expect(() => {
      dpopRequired(webApplication, undefined);
    }).not.toThrow();
  });

  it('refuses bearer tokens to one that was registered for bound ones', () => {
    const application = { ...webApplication, requireDpop: true };
    expect(() => {
      dpopRequired(application, undefined);
    }).toThrow(expect.objectContaining({ code: 'invalid_dpop_proof' }));
    expect(() => {
      dpopRequired(application, 'key');
    }).not.toThrow();
  });
});
