import { type Difference } from '../compare.js';

/** Signing out. */
export const LOGOUTS: readonly Difference[] = [
  {
    title: 'Whom the hint names is not asked',
    cases: /^logout, (?:GET|POST): /,
    theirs: { status: '200', location: 'none' },
    ours: { status: '303', location: /signed-out (?:state)?$/, contentType: 'none' },
    reason:
      'With a valid hint of the session there is nothing to ask, and with no session there is nothing to end. The address is one that is registered for the application.',
    source: 'OpenID Connect RP-Initiated Logout, sections 2 and 3',
  },
  {
    title: 'An address of an application that is named',
    cases: /^logout: an address of an application that is named/,
    theirs: { status: '200', location: 'none' },
    ours: { status: '303', location: /signed-out $/, contentType: 'none' },
    reason: 'Nobody is signed in, so there is nothing to ask; the address is registered.',
    source: 'OpenID Connect RP-Initiated Logout, section 3',
  },
  {
    title: 'The question has an address of its own',
    cases: /^logout: nothing but a session/,
    theirs: { status: '200', location: 'none' },
    ours: { status: '303', location: 'a page of the server', contentType: 'none' },
    reason:
      'The page that asks is redirected to, bound to the browser, and good for one answer.',
    source: 'OpenID Connect RP-Initiated Logout, section 2',
  },
  {
    title: 'An address without an application',
    cases: /^logout: an address without an application/,
    theirs: { status: '200', error: 'none' },
    ours: { status: '400', error: 'invalid_request' },
    reason: 'An address that cannot be held against anything is refused, not passed over.',
    source: 'OpenID Connect RP-Initiated Logout, section 3',
  },
  {
    title: 'An access token as a hint',
    cases: /^logout: an access token as a hint/,
    theirs: { error: 'invalid_client' },
    ours: { error: 'invalid_request' },
    reason: 'It is no ID token, so the request is malformed.',
    source: 'OpenID Connect RP-Initiated Logout, section 4',
  },
];
