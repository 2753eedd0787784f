import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { nestedRequestUri } from './nested-request-uri.js';

describe('nestedRequestUri', () => {
  it('lets no pushed request refer to another', () => {
    const request_uri = 'urn:ietf:params:oauth:request_uri:x';
    expect(() => {
      nestedRequestUri(new Parameters([['request_uri', request_uri]]));
    }).toThrow(expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }));
    expect(() => {
      nestedRequestUri(new Parameters([]));
    }).not.toThrow();
  });
});
