import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { state } from './state.js';

describe('state', () => {
  it('is handed back as it is', () => {
    expect(state(inputOf({ state: ' a&b=é ' }))).toBe(' a&b=é ');
    expect(state(inputOf({ state: '' }))).toBeUndefined();
  });
});
