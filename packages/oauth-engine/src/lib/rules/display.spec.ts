import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { display } from './display.js';

describe('display', () => {
  it('is one of four, and anything else is as if it were not there', () => {
    expect(display(inputOf({ display: 'popup' }))).toBe('popup');
    expect(display(inputOf({ display: 'hologram' }))).toBeUndefined();
    expect(display(inputOf({}))).toBeUndefined();
  });
});
