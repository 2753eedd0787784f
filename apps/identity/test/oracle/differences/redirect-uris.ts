import { type Difference } from '../compare.js';

/** Where browsers are sent back to. */
export const REDIRECT_URIS: readonly Difference[] = [
  {
    title: 'Which error a redirect URI is',
    cases:
      /^(?:authorization|PAR).*(?:redirect URI|redirect_uri|an application without that grant|loopback)/,
    theirs: { error: 'invalid_redirect_uri' },
    ours: { error: 'invalid_request' },
    reason: 'invalid_redirect_uri is an error of registration, not of authorization.',
    source: 'RFC 9126, section 2.3; RFC 7591, section 3.2.2',
  },
  {
    title: 'A native application that any program can pose as',
    cases: /loopback with any port/,
    theirs: { error: 'none' },
    ours: {
      error: 'consent_required',
      location: /^http:\/\/127\.0\.0\.1:51004\/callback error /,
    },
    reason:
      'Any program can listen on a loopback port: nothing is granted without the user. (The oracle asks too, unless it is told not to for the sake of the other cases.)',
    source: 'RFC 8252, section 8.6',
  },
];
