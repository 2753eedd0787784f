import { type Difference } from '../compare.js';

/** What is asked for at the authorization endpoint. */
export const AUTHORIZATION: readonly Difference[] = [
  {
    title: 'Nonce and claims without openid',
    cases:
      /^(?:authorization|PAR).*(?:scope (?:missing|empty|wrong|an array|an object|with its name|in the other letter case|a negative number)|: no openid)/,
    theirs: { error: 'invalid_request' },
    ours: {
      error: 'none',
      status: /^(?:201|303)$/,
      location: /none|code iss/,
      members: /none|request_uri/,
    },
    reason:
      'Without openid it is a request of OAuth, where nonce is an unknown parameter, and unknown parameters are ignored.',
    source: 'RFC 6749, section 3.1; OpenID Connect Core, section 3.1.2.1',
  },
  {
    title: 'Nothing is left of the scope that is asked for',
    cases: /^(?:authorization|PAR).*scope (?:wrong|a negative number|in the other)/,
    theirs: { error: 'invalid_request' },
    ours: { error: 'invalid_scope' },
    reason:
      'The oracle minds nonce first, which means nothing without openid. We name the scope.',
    source: 'RFC 6749, sections 3.3 and 4.1.2.1',
  },
  {
    title: 'Members of claims that mean nothing',
    cases: /claims a JSON object/,
    theirs: { error: 'invalid_request' },
    ours: {
      error: 'none',
      status: /^(?:201|303)$/,
      location: /none|code iss/,
      members: /none|request_uri/,
    },
    reason: 'Members that are not understood must be ignored.',
    source: 'OpenID Connect Core, section 5.5',
  },
  {
    title: 'Response modes that do not exist here',
    cases: /response_mode/,
    theirs: { error: 'unsupported_response_mode' },
    ours: { error: 'invalid_request' },
    reason: 'No specification registers unsupported_response_mode.',
    source: 'RFC 6749, section 4.1.2.1',
  },
  {
    title: 'Nothing is answered in a fragment',
    cases: /^authorization: (?:response_mode fragment|fragment, and an error|response_type )/,
    theirs: { error: 'none', location: /#$/ },
    ours: {
      error: /^(?:invalid_request|unsupported_response_type)$/,
      location: /callback error error_description iss state$/,
    },
    reason:
      'Fragments were for the implicit flow: here there is none. Discovery names query and form_post.',
    source: 'RFC 9700, section 2.1.2; OAuth 2.1, section 10.1',
  },
  {
    title: 'No fragment is pushed either',
    cases: /^PAR: (?:response_mode fragment|fragment, and an error)/,
    theirs: {},
    ours: { status: '400', error: 'invalid_request', members: 'none' },
    reason: 'What the authorization endpoint would refuse is refused when it is pushed.',
    source: 'RFC 9126, section 2.3',
  },
  {
    title: 'A response type twice',
    cases: /response_type code code/,
    theirs: { error: 'none' },
    ours: {
      error: 'unsupported_response_type',
      status: /^(?:303|400)$/,
      location: /^none$|callback error/,
      members: 'none',
    },
    reason: 'The one response type is code; two of them are another one.',
    source: 'OAuth 2.0 Multiple Response Type Encoding Practices, section 3',
  },
  {
    title: 'An error by form post',
    cases: /form_post, and an error/,
    theirs: { status: '400' },
    ours: { status: '200' },
    reason: 'The form is the answer to the browser, and says itself that there was an error.',
    source: 'OAuth 2.0 Form Post Response Mode, section 2',
  },
  {
    title: 'Choosing an account',
    cases: /prompt select_account/,
    theirs: { error: 'invalid_request' },
    ours: {
      error: 'none',
      status: /^(?:201|303)$/,
      location: /^(?:none|a page of the server)$/,
      members: /none|request_uri/,
    },
    reason: 'There is a page for it here.',
    source: 'OpenID Connect Core, section 3.1.2.1',
  },
  {
    title: 'A number after a space',
    cases: /max_age after a space/,
    theirs: { error: 'none' },
    ours: { error: 'invalid_request', location: /callback error/ },
    reason: 'A number is digits and nothing else.',
    source: 'OpenID Connect Core, section 3.1.2.1',
  },
  {
    title: 'Descriptions of refusals',
    cases:
      /^authorization: (?:a registration|a request object|the address of a request object)/,
    theirs: { location: /callback error iss state$/ },
    ours: { location: /callback error error_description iss state$/ },
    reason: 'Every refusal is described.',
    source: 'RFC 6749, section 4.1.2.1',
  },
];
