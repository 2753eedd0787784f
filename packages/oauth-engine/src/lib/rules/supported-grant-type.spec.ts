import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { supportedGrantType } from './supported-grant-type.js';

const read = (grant_type: string): string =>
  supportedGrantType(new Parameters([['grant_type', grant_type]]));

describe('supportedGrantType (RFC 6749 §5.2)', () => {
  it.each([
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
  ])('knows %s', (name) => {
    expect(read(name)).toBe(name);
  });

  it.each([
    'password',
    'implicit',
    'Authorization_Code',
    'authorization_code ',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    '__proto__',
    'toString',
  ])('does not know %s', (name) => {
    expect(() => read(name)).toThrow(
      expect.objectContaining({ code: 'unsupported_grant_type', status: 400 }),
    );
  });

  it('wants one to be named', () => {
    expect(() => read('')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
