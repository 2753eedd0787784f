import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { uiLocales } from './ui-locales.js';

describe('uiLocales', () => {
  it('keeps the order of preference, and leaves out what is not spoken', () => {
    expect(uiLocales(inputOf({ ui_locales: 'fr DE en de' }))).toEqual(['de', 'en']);
    expect(uiLocales(inputOf({}))).toEqual([]);
  });
});
