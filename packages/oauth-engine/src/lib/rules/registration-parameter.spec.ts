import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { registrationParameter } from './registration-parameter.js';

describe('registrationParameter', () => {
  it('is not supported', () => {
    expect(() => {
      registrationParameter(inputOf({ registration: '{}' }));
    }).toThrow(expect.objectContaining({ code: 'registration_not_supported' }));
    expect(() => {
      registrationParameter(inputOf({}));
    }).not.toThrow();
  });
});
