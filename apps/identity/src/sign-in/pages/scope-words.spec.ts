import { describe, expect, it } from '@jest/globals';
import { accessInWords } from './scope-words.js';

const vision = { identifier: 'vision-api', name: 'nomosly', scopes: ['keys:read', 'photos'] };
const words = (
  scope: readonly string[],
  resourceScope: readonly string[],
): ReturnType<typeof accessInWords> => accessInWords({ scope, resourceScope }, [vision], api);
const api = 'https://id.example.com/acme/api';

describe('scopes in words', () => {
  it('says what the scopes of OpenID Connect mean', () => {
    expect(words(['openid', 'email'], [])).toEqual([
      { text: 'Know who you are' },
      { text: 'See your e-mail address' },
    ]);
  });

  it('names the API that a scope is for, and the scope', () => {
    expect(words(['photos'], ['vision-api'])).toEqual([
      { text: 'Use nomosly for you', scope: 'photos' },
    ]);
  });

  it('tells a scope of the management API from one of the same name elsewhere', () => {
    expect(words(['keys:read'], ['vision-api'])).toEqual([
      { text: 'Use nomosly for you', scope: 'keys:read' },
    ]);
    expect(words(['keys:read'], [api])).toEqual([
      { text: 'Read which signing keys there are', scope: 'keys:read' },
    ]);
    expect(words(['keys:read'], [])).toHaveLength(2);
  });

  it('names an API of which no scope is asked for', () => {
    expect(words(['openid'], ['vision-api'])).toEqual([
      { text: 'Know who you are' },
      { text: 'Use nomosly for you' },
    ]);
  });

  it('hides none, not even one that nobody knows', () => {
    expect(words(['mystery'], [])).toEqual([
      { text: 'Something that it calls', scope: 'mystery' },
    ]);
  });
});
