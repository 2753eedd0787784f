import { describe, expect, it } from '@jest/globals';
import { scopesInWords } from './scope-words.js';

const vision = { identifier: 'vision-api', name: 'nomosly', scopes: ['keys:read', 'photos'] };
const api = 'https://id.example.com/acme/api';

describe('scopes in words', () => {
  it('says what the scopes of OpenID Connect mean', () => {
    const words = scopesInWords(['openid', 'email'], [], [], api);
    expect(words).toEqual([{ text: 'Know who you are' }, { text: 'See your e-mail address' }]);
  });

  it('names the API that a scope is for, and the scope', () => {
    expect(scopesInWords(['photos'], ['vision-api'], [vision], api)).toEqual([
      { text: 'Use nomosly for you', scope: 'photos' },
    ]);
  });

  it('tells a scope of the management API from one of the same name elsewhere', () => {
    expect(scopesInWords(['keys:read'], ['vision-api'], [vision], api)).toEqual([
      { text: 'Use nomosly for you', scope: 'keys:read' },
    ]);
    expect(scopesInWords(['keys:read'], [api], [vision], api)).toEqual([
      { text: 'Read which signing keys there are', scope: 'keys:read' },
    ]);
    expect(scopesInWords(['keys:read'], [], [vision], api)).toHaveLength(2);
  });

  it('hides none, not even one that nobody knows', () => {
    expect(scopesInWords(['mystery'], [], [vision], api)).toEqual([
      { text: 'Something that it calls', scope: 'mystery' },
    ]);
  });
});
