import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/standing.js';
import { mayLearnAbout } from './may-learn-about.js';

describe('mayLearnAbout (RFC 7662 §2.1)', () => {
  it('tells an application of its own tokens alone', () => {
    expect(mayLearnAbout(webApplication, webApplication.clientId)).toBe(true);
    expect(mayLearnAbout(webApplication, 'other')).toBe(false);
  });

  it('tells a resource server of all', () => {
    expect(mayLearnAbout({ ...webApplication, mayIntrospect: true }, 'other')).toBe(true);
  });
});
