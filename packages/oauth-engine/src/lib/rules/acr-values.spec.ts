import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { acrValues } from './acr-values.js';

describe('acrValues', () => {
  it('keeps the order of preference, and leaves out what cannot be reached', () => {
    const acr_values = 'urn:acme:two gold urn:acme:one urn:acme:two';
    expect(acrValues(inputOf({ acr_values }))).toEqual(['urn:acme:two', 'urn:acme:one']);
    expect(acrValues(inputOf({}))).toEqual([]);
  });
});
