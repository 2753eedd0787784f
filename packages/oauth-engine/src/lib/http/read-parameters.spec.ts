import { describe, expect, it } from '@jest/globals';

import { readParameters } from './read-parameters.js';
import { type OAuthRequest } from './request.js';

const post = (body: string | Uint8Array, more: Partial<OAuthRequest> = {}): OAuthRequest => ({
  method: 'POST',
  query: '',
  headers: { 'content-type': ['application/x-www-form-urlencoded'] },
  body: Buffer.from(body),
  ...more,
});

describe('readParameters', () => {
  it('reads the query of GET and the body of POST', () => {
    const get = { method: 'GET', query: 'state=a', headers: {} };
    expect(readParameters('authorization', get).get('state')).toBe('a');
    expect(readParameters('authorization', post('state=b')).get('state')).toBe('b');
  });

  it('takes a charset beside the content type', () => {
    const headers = { 'content-type': ['Application/X-WWW-Form-Urlencoded; charset=UTF-8'] };
    expect(readParameters('token', post('code=b', { headers })).get('code')).toBe('b');
  });

  it.each([
    ['JSON', post('{}', { headers: { 'content-type': ['application/json'] } }), 400],
    ['no content type', post('a=b', { headers: {} }), 400],
    [
      'two content types',
      post('a=b', {
        headers: { 'content-type': ['application/x-www-form-urlencoded', 'text/plain'] },
      }),
      400,
    ],
    ['parameters of POST in the URI', post('a=b', { query: 'client_secret=x' }), 400],
    ['a body above 64 KB', post('a='.padEnd(65_537, 'b')), 413],
    ['a body that is not ASCII', post(Uint8Array.of(0x61, 0x3d, 0xff)), 400],
    ['another method', post('', { method: 'GET' }), 405],
    ['a method in lower case', post('', { method: 'post' }), 405],
  ])('refuses %s', (_name, request, status) => {
    expect(() => readParameters('token', request)).toThrow(
      expect.objectContaining({ code: 'invalid_request', status }),
    );
  });

  it('says which methods there are', () => {
    expect(() => readParameters('authorization', post('', { method: 'PUT' }))).toThrow(
      expect.objectContaining({ headers: { allow: 'GET, POST' } }),
    );
  });
});
