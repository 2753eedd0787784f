import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { requestObject } from './request-object.js';

describe('requestObject', () => {
  it('is not supported by value, nor by reference', () => {
    const ask = (parameters: Record<string, string>) => (): void => {
      requestObject(inputOf(parameters));
    };
    expect(ask({})).not.toThrow();
    expect(ask({ request: 'e30.e30.' })).toThrow(
      expect.objectContaining({ code: 'request_not_supported' }),
    );
    expect(ask({ request_uri: 'https://app.example/r.jwt' })).toThrow(
      expect.objectContaining({ code: 'request_uri_not_supported' }),
    );
  });
});
