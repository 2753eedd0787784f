import { describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';

import { type ClientAuthentication } from '../model/application.js';
import { clientSecret, type SecretVerdict } from './client-secret.js';

const registered: ClientAuthentication = {
  method: 'client_secret_basic',
  secretDigests: [sha256Digest('old secret'), sha256Digest('new secret')],
};
const verdictOn = (
  secret: string,
  against: ClientAuthentication | undefined = registered,
): SecretVerdict =>
  clientSecret({ method: 'client_secret_basic', secret, registered: against });

describe('clientSecret (RFC 6749 §2.3.1)', () => {
  it('accepts each of the secrets that are valid while one replaces the other', () => {
    expect(verdictOn('old secret')).toBe('proved');
    expect(verdictOn('new secret')).toBe('proved');
  });

  it('refuses a wrong one, and a beginning of the right one', () => {
    expect(verdictOn('wrong')).toBe('refused');
    expect(verdictOn('new secre')).toBe('refused');
  });

  it('tells the right one that was sent in another way than the registered', () => {
    const method = 'client_secret_post';
    expect(clientSecret({ method, secret: 'new secret', registered })).toBe('sent_otherwise');
    expect(clientSecret({ method, secret: 'wrong', registered })).toBe('refused');
  });

  it('refuses any for an application without a valid secret, a public one, or none', () => {
    expect(verdictOn('x', { method: 'client_secret_basic', secretDigests: [] })).toBe(
      'refused',
    );
    expect(verdictOn('x', { method: 'none' })).toBe('refused');
    expect(
      clientSecret({ method: 'client_secret_basic', secret: 'x', registered: undefined }),
    ).toBe('refused');
  });
});
