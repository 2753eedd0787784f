import { type Difference } from '../compare.js';

/** Codes, refresh tokens, device codes and proofs. */
export const GRANTS: readonly Difference[] = [
  {
    title: 'No verifier, or one that cannot be one',
    cases:
      /code_verifier (?:missing|empty|an array|an object|with its name|after a space|wrong)|a verifier that is too short|a verifier of 129/,
    theirs: { error: 'invalid_grant' },
    ours: { error: 'invalid_request' },
    reason:
      'A missing or malformed parameter is an invalid_request. A well-formed verifier that is wrong is an invalid_grant with both.',
    source: 'RFC 6749, section 5.2; RFC 7636, sections 4.1 and 4.6',
  },
  {
    title: 'A token without scope',
    cases: /^token: a code for the resource that was authorized/,
    theirs: { members: 'access_token expires_in id_token refresh_token scope token_type' },
    ours: { members: 'access_token expires_in id_token refresh_token token_type' },
    reason:
      'The granted scopes are those of OpenID Connect, and mean nothing to the API that the token is for. An empty scope cannot be written.',
    source: 'RFC 9068, section 2.2.3; RFC 6749, section 3.3',
  },
  {
    title: 'Nothing is left of the scope',
    cases:
      /^(?:token|device authorization).*(?:scope (?:wrong|a negative number|in the other)|an unknown scope)/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_scope', members: 'none' },
    reason:
      'A scope that nobody knows is ignored, and one of which nothing is left is refused: an answer without scope says that what was asked for is granted.',
    source: 'RFC 6749, sections 3.3 and 5.1',
  },
  {
    title: 'A scope of a resource that was not named',
    cases:
      /^token, client_credentials by .*: resource (?:missing|empty|an array|an object|with its name)/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_scope', members: 'none' },
    reason:
      'The scope means nothing to whom the token would be for. It is refused instead of a token that can do nothing.',
    source: 'RFC 6749, sections 3.3 and 5.1; RFC 9068, section 2.2.3',
  },
  {
    title: 'openid without a user',
    cases: /^token: client credentials with openid/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_scope', members: 'none' },
    reason: 'Scopes that speak of a user are refused where there is none.',
    source: 'RFC 6749, sections 4.4 and 5.2',
  },
  {
    title: 'A device that is in a hurry',
    cases: /^token: a device code that is polled at once again/,
    theirs: { error: 'authorization_pending' },
    ours: { error: 'slow_down' },
    reason: 'Polling faster than the interval is told to slow down.',
    source: 'RFC 8628, section 3.5',
  },
  {
    title: 'The interval of polling',
    cases: /device authorization|^\/device_authorization/,
    theirs: {
      members: 'device_code expires_in user_code verification_uri verification_uri_complete',
    },
    ours: {
      members:
        'device_code expires_in interval user_code verification_uri verification_uri_complete',
    },
    reason: 'It is said, also where it is the five seconds that a client has to assume.',
    source: 'RFC 8628, section 3.2',
  },
  {
    title: 'Proofs that are missing or were used',
    cases: /^token: DPoP: (?:no proof where one is due|a proof that was used before)/,
    theirs: { error: 'invalid_grant' },
    ours: { error: 'invalid_dpop_proof' },
    reason: 'The code for a proof that is not one.',
    source: 'RFC 9449, section 5',
  },
];
