import { type Difference } from '../compare.js';

/** How applications prove who they are, and what they may use. */
export const CLIENTS: readonly Difference[] = [
  {
    title: 'No application is named',
    cases:
      /client: nothing at all|by (?:post|spa|native): client_id (?:missing|empty|an array|an object|with its name)|^\/[a-z_]+\/?, HTTP: (?:POST without anything|a path that nothing is at|no content type)/,
    theirs: { status: '400', error: 'invalid_request' },
    ours: { status: '401', error: 'invalid_client' },
    reason: 'No client authentication included is an invalid_client.',
    source: 'RFC 6749, section 5.2',
  },
  {
    title: 'Assertions that are no JWT, or of somebody else',
    cases:
      /client_assertion (?:wrong|in the other letter case|a JSON object|a negative number)|client: an assertion that is no JWT|client: an assertion, and another application beside it/,
    theirs: { status: '400', error: 'invalid_request' },
    ours: { status: '401', error: 'invalid_client' },
    reason:
      'An assertion that proves nothing is a failed authentication, whatever is wrong with it.',
    source: 'RFC 7521, section 4.2.1; RFC 7523, section 3.2',
  },
  {
    title: 'The type of an assertion without the assertion',
    cases: /^PAR by signed: client_assertion (?:missing|empty)/,
    theirs: { status: '401', error: 'invalid_client' },
    ours: { status: '400', error: 'invalid_request' },
    reason: 'Half an assertion is a malformed request.',
    source: 'RFC 7521, section 4.2',
  },
  {
    title: 'Another way to authenticate than the registered one',
    cases: /client: the wrong way: (?:Basic of one that posts|posted by one that uses Basic)/,
    theirs: { status: /^(?:200|400)$/ },
    ours: {
      status: '401',
      error: 'invalid_client',
      contentType: 'application/json',
      challenge: /^(?:none|Basic)$/,
      members: 'none',
    },
    reason:
      'An application authenticates itself in the one way that is registered for it. The oracle takes a secret from the header or the body, whichever is registered.',
    source: 'RFC 7591, section 2 (token_endpoint_auth_method); OAuth 2.1, section 2.4',
  },
  {
    title: 'The challenge names no error',
    cases: /, client: /,
    theirs: { challenge: 'Basic invalid_client' },
    ours: { challenge: 'Basic' },
    reason: 'The Basic scheme has no error parameter; the error stands in the body.',
    source: 'RFC 7617, section 2',
  },
  {
    title: 'A grant that the application may not use',
    cases:
      /^token: (?:a code of an application without that grant|a device code of an application without that grant|client credentials of a public application)/,
    theirs: { error: 'invalid_request' },
    ours: { error: 'unauthorized_client' },
    reason: 'The RFC has a code for exactly this.',
    source: 'RFC 6749, section 5.2',
  },
];
