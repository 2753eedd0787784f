import { type Difference } from './compare.js';
import { AUTHORIZATION } from './differences/authorization.js';
import { CLIENTS } from './differences/clients.js';
import { MALFORMED } from './differences/encoding.js';
import { GRANTS } from './differences/grants.js';
import { HTTP } from './differences/http.js';
import { LOGOUTS } from './differences/logout.js';
import { PUSHES } from './differences/pushed-requests.js';
import { REDIRECT_URIS } from './differences/redirect-uris.js';
import { TOKENS } from './differences/tokens.js';

/** What every answer differs in. Not counted as a difference of a case. */
export const EVERYWHERE: readonly Difference[] = [
  {
    title: 'Pragma',
    cases: /./,
    theirs: { pragma: 'none' },
    ours: { pragma: 'no-cache' },
    reason:
      'Beside Cache-Control: no-store an answer with tokens says Pragma: no-cache too. OAuth 2.1 dropped it, OAuth 2.0 demands it.',
    source: 'RFC 6749, section 5.1',
  },
  {
    title: 'Redirects are not kept',
    cases: /./,
    theirs: { cacheControl: 'none' },
    ours: { cacheControl: 'no-store' },
    reason: 'A redirect carries codes, and a page carries state: nobody may keep either.',
    source: 'RFC 9700, section 4.2.4; OpenID Connect Core, section 3.1.3.3',
  },
];

/**
 * Where we answer otherwise than `oidc-provider` does, and why. A row explains the fields that it
 * names, of the cases that it names, as long as both servers answer as it says. A difference
 * without a row fails the test, and so does a row without a difference.
 */
export const DIFFERENCES: readonly Difference[] = [
  ...EVERYWHERE,
  ...MALFORMED,
  ...CLIENTS,
  ...REDIRECT_URIS,
  ...AUTHORIZATION,
  ...PUSHES,
  ...GRANTS,
  ...TOKENS,
  ...LOGOUTS,
  ...HTTP,
];
