import { type Difference } from '../compare.js';

/** Tokens that are shown: introspection, revocation, userinfo. */
export const TOKENS: readonly Difference[] = [
  {
    title: 'Tokens of other applications are not revoked in silence',
    cases: /^revocation: an? (?:access|refresh) token of another application/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_grant', contentType: 'application/json' },
    reason:
      'The request is refused and the application is informed, where it shows a token of somebody else.',
    source: 'RFC 7009, section 2.1',
  },
  {
    title: 'JWTs can be revoked',
    cases: /^revocation: (?:an access token for an API|an ID token)/,
    theirs: { status: '400', error: 'unsupported_token_type' },
    ours: { status: '200', error: 'none', contentType: 'none' },
    reason:
      'Access tokens are JWTs here, and can be revoked. What is no token of ours is an invalid token, for which the answer is 200.',
    source: 'RFC 7009, section 2.2',
  },
  {
    title: 'JWTs can be introspected',
    cases: /^introspection: (?:an access token for an API|an ID token)/,
    theirs: { status: '400', error: 'unsupported_token_type' },
    ours: { status: '200', error: 'none', members: /^active/ },
    reason: 'The oracle has JWTs for stateless, and does not answer about them.',
    source: 'RFC 7662, section 2.2',
  },
  {
    title: 'More is said of an access token',
    cases: /^introspection: (?:an access token|a token of an application in its own name)/,
    theirs: { members: /^active client_id exp iat iss (?:scope sub )?token_type$/ },
    ours: { members: /^active aud client_id exp iat iss jti (?:scope )?sub token_type$/ },
    reason: 'A JWT access token always has an audience, a subject and an identifier.',
    source: 'RFC 9068, section 2.2; RFC 7662, section 2.2',
  },
  {
    title: 'Public applications do not introspect',
    cases: /^introspection: .* public application/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'unauthorized_client', members: 'none' },
    reason:
      'The endpoint requires authorization, so that tokens cannot be tried out. Whoever knows the name of a public application can ask in it.',
    source: 'RFC 7662, sections 2.1 and 4',
  },
  {
    title: 'Both schemes are offered at userinfo',
    cases: /^userinfo: /,
    theirs: { challenge: /^Bearer invalid_(?:token|request)$/ },
    ours: { challenge: /^Bearer DPoP invalid_(?:token|request)$/ },
    reason: 'Whoever asks is told of every scheme that is taken.',
    source: 'RFC 9449, section 7.1; RFC 9110, section 11.6.1',
  },
  {
    title: 'No credentials, no error',
    cases:
      /^userinfo: (?:a token as Basic|a token in the query|a token without a scheme)|^\/userinfo, HTTP: (?:GET|POST) without anything/,
    theirs: {},
    ours: { status: '401', error: 'none', contentType: 'none', challenge: 'Bearer DPoP' },
    reason:
      'A request without a bearer token in one of the two places that are read has no credentials: it is told the schemes, and no error.',
    source: 'RFC 6750, section 3.1; OAuth 2.1, section 5.1 (no token in the query)',
  },
  {
    title: 'A bearer token that is shown as a bound one',
    cases: /^userinfo: a token as DPoP/,
    theirs: { status: '400', error: 'invalid_request' },
    ours: {
      status: '401',
      error: 'invalid_dpop_proof',
      challenge: 'Bearer DPoP invalid_dpop_proof',
    },
    reason: 'The DPoP scheme without a proof.',
    source: 'RFC 9449, section 7.1',
  },
];
