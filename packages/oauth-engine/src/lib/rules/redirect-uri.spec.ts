import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { webApplication } from '../../../test/memory/acme.js';
import { type ApplicationType } from '../model/application.js';
import { isRegistered, redirectUri } from './redirect-uri.js';

const matches = (registered: string, uri: string, type: ApplicationType = 'web'): boolean =>
  isRegistered({ ...webApplication, type, redirectUris: [registered] }, uri);

describe('redirectUri', () => {
  it('is taken as it was sent', () => {
    const redirect_uri = 'https://app.example/callback';
    const { application, parameters } = inputOf({ redirect_uri });
    expect(redirectUri(application, parameters)).toBe(redirect_uri);
  });

  it('has to be there, even if only one is registered', () => {
    const { application, parameters } = inputOf({});
    expect(() => redirectUri(application, parameters)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });

  it.each([
    'https://app.example/callback/',
    'https://app.example/callback?x=1',
    'https://app.example/callback#x',
    'https://app.example/callback/../callback',
    'https://app.example/%63allback',
    'https://app.example:443/callback',
    'https://APP.example/callback',
    'http://app.example/callback',
    'https://app.example.evil.example/callback',
    'https://app.example@evil.example/callback',
    'https://evil.example/?https://app.example/callback',
    'https://app.example\\@evil.example/callback',
    ' https://app.example/callback',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('is compared character by character: not %s', (uri) => {
    expect(matches('https://app.example/callback', uri)).toBe(false);
    expect(matches('https://app.example/callback', uri, 'native')).toBe(false);
  });
});

describe('the port of a loopback address (RFC 8252 §7.3)', () => {
  it.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb'],
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1:65535/cb'],
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1/cb'],
    ['http://[::1]/cb', 'http://[::1]:8080/cb'],
    ['http://127.0.0.1', 'http://127.0.0.1:8080'],
  ])('is left open to native applications: %s takes %s', (registered, uri) => {
    expect(matches(registered, uri, 'native')).toBe(true);
    expect(matches(registered, uri, 'web')).toBe(false);
  });

  it.each([
    ['another path', 'http://127.0.0.1:80/cb/x'],
    ['another address', 'http://127.0.0.2:80/cb'],
    ['a name', 'http://localhost:80/cb'],
    ['the other family', 'http://[::1]:80/cb'],
    ['TLS', 'https://127.0.0.1:80/cb'],
    ['a query', 'http://127.0.0.1:80/cb?x'],
    ['no port', 'http://127.0.0.1:/cb'],
    ['a port beyond all', 'http://127.0.0.1:65536/cb'],
    ['a port with more behind it', 'http://127.0.0.1:80@evil.example/cb'],
    ['a longer name', 'http://127.0.0.1.evil.example/cb'],
    ['credentials', 'http://127.0.0.1:80:x@evil.example/cb'],
    ['another spelling', 'HTTP://127.0.0.1:80/cb'],
    ['an address in decimal', 'http://2130706433:80/cb'],
  ])('opens nothing else: %s', (_name, uri) => {
    expect(matches('http://127.0.0.1/cb', uri, 'native')).toBe(false);
  });

  it('is not open where localhost is registered, which may resolve to anything', () => {
    expect(matches('http://localhost/cb', 'http://localhost:8080/cb', 'native')).toBe(false);
  });
});
