import { describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';

import { type ClientAuthentication } from '../model/application.js';
import { clientSecret } from './client-secret.js';

const registered: ClientAuthentication = {
  method: 'client_secret_basic',
  secretDigests: [sha256Digest('old secret'), sha256Digest('new secret')],
};
const isRight = (
  secret: string,
  against: ClientAuthentication | undefined = registered,
): boolean => clientSecret({ method: 'client_secret_basic', secret, registered: against });

describe('clientSecret (RFC 6749 §2.3.1)', () => {
  it('accepts each of the secrets that are valid while one replaces the other', () => {
    expect(isRight('old secret')).toBe(true);
    expect(isRight('new secret')).toBe(true);
  });

  it('refuses a wrong one, and a beginning of the right one', () => {
    expect(isRight('wrong')).toBe(false);
    expect(isRight('new secre')).toBe(false);
  });

  it('refuses the right one where it was sent in another way than the registered', () => {
    expect(
      clientSecret({ method: 'client_secret_post', secret: 'new secret', registered }),
    ).toBe(false);
  });

  it('refuses any for an application without a valid secret, a public one, or none', () => {
    expect(isRight('x', { method: 'client_secret_basic', secretDigests: [] })).toBe(false);
    expect(isRight('x', { method: 'none' })).toBe(false);
    expect(
      clientSecret({ method: 'client_secret_basic', secret: 'x', registered: undefined }),
    ).toBe(false);
  });
});
