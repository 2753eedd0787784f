import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { sameRedirectUri } from './same-redirect-uri.js';

const check = (redirect_uri: string): void => {
  sameRedirectUri(
    new Parameters([['redirect_uri', redirect_uri]]),
    'http://127.0.0.1:4711/callback',
  );
};

describe('sameRedirectUri (RFC 6749 §4.1.3)', () => {
  it('accepts the one that the code was sent to', () => {
    expect(() => {
      check('http://127.0.0.1:4711/callback');
    }).not.toThrow();
  });

  it.each([
    ['another port of the loopback address', 'http://127.0.0.1:4712/callback'],
    ['another path', 'http://127.0.0.1:4711/callback/'],
    ['another case', 'http://127.0.0.1:4711/Callback'],
    ['a query', 'http://127.0.0.1:4711/callback?x=1'],
  ])('refuses %s', (_name, uri) => {
    expect(() => {
      check(uri);
    }).toThrow(expect.objectContaining({ code: 'invalid_grant' }));
  });

  it('wants it to be there', () => {
    expect(() => {
      check('');
    }).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
