import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { postLogoutRedirectUri } from './post-logout-redirect-uri.js';

const uri = 'https://app.example/bye';
const ask = (
  post_logout_redirect_uri: string,
  state = '',
  registered = [uri],
): string | undefined => {
  const input = inputOf(
    { post_logout_redirect_uri, state },
    { postLogoutRedirectUris: registered },
  );
  return postLogoutRedirectUri(input.application, input.parameters);
};

describe('postLogoutRedirectUri', () => {
  it('gets the state, behind a query that may be there already', () => {
    expect(ask(uri)).toBe(uri);
    expect(ask(uri, 'a b')).toBe(`${uri}?state=a+b`);
    expect(ask(`${uri}?x=1`, 'a', [`${uri}?x=1`])).toBe(`${uri}?x=1&state=a`);
    expect(ask('')).toBeUndefined();
  });

  it('is compared character by character, for native applications too', () => {
    for (const other of [
      `${uri}/`,
      `${uri}?x`,
      'https://evil.example',
      'http://app.example/bye',
    ]) {
      expect(() => ask(other)).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    }
  });

  it('is nobody’s where the application is not known', () => {
    const { parameters } = inputOf({ post_logout_redirect_uri: uri });
    expect(() => postLogoutRedirectUri(undefined, parameters)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
