import { describe, expect, it } from '@jest/globals';

import { getOf, postOf } from '../../../test/memory/requests.js';
import { Parameters } from '../http/parameters.js';
import { presentedToken } from './presented-token.js';

const header = (authorization: string): ReturnType<typeof presentedToken> =>
  presentedToken(getOf({}, { authorization }));
const form = new Parameters([['access_token', 'abc']]);

describe('presentedToken', () => {
  it('comes by the header, its scheme in any case', () => {
    expect(header('Bearer a.b-c_d~e+f/g==')).toEqual({
      scheme: 'Bearer',
      token: 'a.b-c_d~e+f/g==',
    });
    expect(header('dpop  abc')).toEqual({ scheme: 'DPoP', token: 'abc' });
  });

  it('comes by a form where the resource takes one', () => {
    expect(presentedToken(postOf({}), form)).toEqual({ scheme: 'Bearer', token: 'abc' });
  });

  it('does not come by another scheme, or by the URI', () => {
    expect(header('Basic eDp5')).toBeUndefined();
    expect(header('Bearers abc')).toBeUndefined();
    expect(presentedToken(getOf({ access_token: 'abc' }))).toBeUndefined();
  });

  it('does not come in two ways, or twice', () => {
    expect(() => presentedToken(postOf({}, { authorization: 'Bearer abc' }), form)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
    const twice = {
      method: 'GET',
      query: '',
      headers: { authorization: ['Bearer a', 'Bearer a'] },
    };
    expect(() => presentedToken(twice)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer =',
    'Bearer é',
    'DPoP a"b',
  ])('is refused where it is malformed: %p', (value) => {
    expect(() => header(value)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
