import { type Difference } from '../compare.js';

/** What is malformed before anything of it means something. */
export const MALFORMED: readonly Difference[] = [
  {
    title: 'What is badly encoded is not read at all',
    cases:
      /with a NUL byte|over-long|with a bad percent-encoding|with bytes that are not UTF-8|bytes beyond ASCII/,
    theirs: {},
    ours: {
      status: '400',
      error: 'invalid_request',
      location: 'none',
      contentType: /^(?:application\/json|text\/html)$/,
      challenge: 'none',
      members: 'none',
    },
    reason:
      'A request that two readers could read differently (a control character, a percent sign that encodes nothing, bytes that are not UTF-8, a value above 8,192 characters) is refused before anything of it is believed, its redirect URI among the rest. The oracle repairs such a value, or compares it and finds that it is another.',
    source: 'RFC 6749, appendix B; RFC 9700, section 4.1.3',
  },
  {
    title: 'An unknown parameter twice',
    cases: /an unknown parameter twice/,
    theirs: { status: '200', error: 'none', members: /access_token/ },
    ours: { status: '400', error: 'invalid_request', members: 'none' },
    reason: 'No parameter is sent more than once, whether known or not.',
    source: 'RFC 6749, section 3.2',
  },
  {
    title: 'An empty value beside a value of resource',
    cases: /resource sent twice, first empty/,
    theirs: { error: 'invalid_target' },
    ours: { error: 'none', status: /^(?:200|303)$/, location: /none|code iss/, members: /./ },
    reason: 'A parameter without a value counts as not sent, also one that may be repeated.',
    source: 'RFC 6749, section 3.1',
  },
  {
    title: 'Too much of everything',
    cases: /HTTP: a body of 70,000 bytes/,
    theirs: { status: '400' },
    ours: { status: '413' },
    reason: 'The status of a body that is too large.',
    source: 'RFC 9110, section 15.5.14',
  },
  {
    title: 'A thousand parameters',
    cases: /^\/device_authorization, HTTP: a thousand parameters/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_request', members: 'none' },
    reason:
      'More than 64 parameters are refused; no request that means something has half of them.',
    source:
      'OAuth 2.1, section 3.2.2 (unrecognized parameters are ignored, not without a limit)',
  },
  {
    title: 'A body without a content type',
    cases:
      /^\/device_authorization, HTTP: no content type|^\/logout, HTTP: POST without anything/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_request', members: 'none' },
    reason: 'Parameters of POST are a form that says that it is one.',
    source: 'RFC 8628, section 3.1; OpenID Connect RP-Initiated Logout, section 2',
  },
];
