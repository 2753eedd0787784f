import { type Difference } from '../compare.js';

/** Methods, paths and caches. */
export const HTTP: readonly Difference[] = [
  {
    title: 'Other methods',
    cases: /, HTTP: (?:GET|POST|PUT|PATCH|DELETE) without anything/,
    theirs: { status: '404' },
    ours: {
      status: '405',
      error: 'method_not_allowed',
      contentType: 'application/problem+json',
    },
    reason: 'The path exists, and the answer says which methods it takes.',
    source: 'RFC 9110, section 15.5.6',
  },
  {
    title: 'HEAD',
    cases: /, HTTP: HEAD without anything/,
    theirs: { status: /^(?:200|400|401|404)$/ },
    ours: { status: '405', challenge: 'none' },
    reason:
      'HEAD is for what can be asked without consequences: discovery and keys. It is not for endpoints that issue, consume, or count.',
    source: 'RFC 9110, section 9.2.1',
  },
  {
    title: 'Paths that nothing is at',
    cases: /HTTP: a path that nothing is at/,
    theirs: {},
    ours: { status: '404', error: 'not_found', contentType: 'application/problem+json' },
    reason: 'What is no endpoint of OAuth answers as the rest of the service: with a problem.',
    source: 'RFC 9457',
  },
  {
    title: 'The type of the keys',
    cases: /^\/jwks, HTTP: GET without anything/,
    theirs: { contentType: 'application/jwk-set+json' },
    ours: { contentType: 'application/json' },
    reason: 'Both are right; there are clients that read nothing but application/json.',
    source: 'OpenID Connect Discovery, section 3; RFC 7517, section 8.5.2',
  },
  {
    title: 'Metadata may be kept for five minutes',
    cases: /^\/(?:jwks|\.well-known\/openid-configuration), HTTP: /,
    theirs: { cacheControl: 'none' },
    ours: { cacheControl: 'public, max-age=300' },
    reason:
      'Clients ask again in time to see a new key, which is published long before it signs. With an entity tag.',
    source: 'OpenID Connect Core, section 10.1.1; RFC 9111',
  },
  {
    title: 'What discovery says',
    cases: /^\/\.well-known\/openid-configuration, HTTP: GET/,
    theirs: { members: /^acr_values_supported|^authorization_endpoint/ },
    ours: { members: /^authorization_endpoint/ },
    reason:
      'Each describes itself: here also display, prompts, languages, back-channel logout and protected resources.',
    source: 'OpenID Connect Discovery, section 3; RFC 8414, section 2; RFC 9728, section 4',
  },
];
