import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { responseMode } from './response-mode.js';

describe('responseMode', () => {
  it('is query where nothing is asked', () => {
    expect(responseMode(inputOf({}))).toBe('query');
  });

  it.each(['query', 'form_post'])('can be %s', (response_mode) => {
    expect(responseMode(inputOf({ response_mode }))).toBe(response_mode);
  });

  it.each(['fragment', 'web_message', 'query.jwt', 'QUERY'])('is never %s', (response_mode) => {
    expect(() => responseMode(inputOf({ response_mode }))).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
