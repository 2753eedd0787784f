import { type Difference } from '../compare.js';

/** Pushed authorization requests. */
export const PUSHES: readonly Difference[] = [
  {
    title: 'A request_uri in a pushed request',
    cases: /^PAR: (?:an unknown pushed request|the address of a request object)/,
    theirs: { error: 'request_uri_not_supported' },
    ours: { error: 'invalid_request' },
    reason: 'request_uri must not be provided in a pushed request: the request is malformed.',
    source: 'RFC 9126, section 2.1',
  },
  {
    title: 'A pushed request of another application',
    cases: /^authorization, pushed: a request of another application/,
    theirs: { error: 'invalid_request_object' },
    ours: { error: 'invalid_request_uri' },
    reason: 'To this application the reference is none. There are no request objects here.',
    source: 'RFC 9101, section 7; RFC 9126, section 2.2',
  },
  {
    title: 'What stands beside a pushed request',
    cases: /^authorization, pushed: a request with a request object beside it/,
    theirs: { error: 'request_not_supported' },
    ours: {
      error: 'none',
      status: '303',
      location: /callback code iss state$/,
      contentType: 'none',
    },
    reason: 'What was pushed alone counts; everything beside it is passed over.',
    source: 'RFC 9101, section 6.3',
  },
  {
    title: 'An unknown pushed request is told to nobody',
    cases: /^authorization: an unknown pushed request/,
    theirs: { status: '303' },
    ours: {
      status: '400',
      error: 'invalid_request_uri',
      location: 'none',
      contentType: 'text/html',
    },
    reason:
      'The redirect URI of such a request would be in what was pushed. One that stands beside it is not believed.',
    source: 'RFC 9126, section 4; RFC 9700, section 4.11.2',
  },
];
