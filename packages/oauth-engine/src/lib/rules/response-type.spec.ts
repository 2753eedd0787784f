import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { responseType } from './response-type.js';

const ask = (response_type: string) => (): void => {
  responseType(inputOf({ response_type }));
};

describe('responseType', () => {
  it('takes code', () => {
    expect(ask('code')).not.toThrow();
  });

  it.each(['token', 'id_token', 'code token', 'code id_token', 'none', 'Code', 'code '])(
    'refuses %p: there is no implicit and no hybrid flow',
    (type) => {
      expect(ask(type)).toThrow(expect.objectContaining({ code: 'unsupported_response_type' }));
    },
  );

  it('misses none', () => {
    expect(ask('')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
