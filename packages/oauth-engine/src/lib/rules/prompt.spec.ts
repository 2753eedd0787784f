import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { prompt } from './prompt.js';

describe('prompt', () => {
  it('can be several, each once', () => {
    expect(prompt(inputOf({ prompt: 'login consent login' }))).toEqual(['login', 'consent']);
    expect(prompt(inputOf({}))).toEqual([]);
    expect(prompt(inputOf({ prompt: 'none' }))).toEqual(['none']);
  });

  it.each(['none login', 'consent none', 'create', 'NONE', 'login  consent', ' login'])(
    'is never %p',
    (value) => {
      expect(() => prompt(inputOf({ prompt: value }))).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    },
  );
});
