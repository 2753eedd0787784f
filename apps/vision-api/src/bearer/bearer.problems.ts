import { Problem } from '@nomo/service-kit';

/**
 * One answer for every access token that is not taken: nobody learns what was wrong with it.
 *
 * @param wasShown - A challenge names no error to whoever has shown nothing (RFC 6750, section 3.1).
 */
export function invalidToken(wasShown: boolean, cause?: unknown): Problem {
  const challenge = 'Bearer realm="nomosly"';
  return new Problem({
    status: 401,
    code: 'invalid_token',
    detail: 'Send a valid access token of this service as Authorization: Bearer.',
    headers: {
      'WWW-Authenticate': wasShown ? `${challenge}, error="invalid_token"` : challenge,
    },
    cause,
  });
}

/** The token is good, for something else. */
export function tokenLacksScope(scope: string): Problem {
  return new Problem({
    status: 403,
    code: 'insufficient_scope',
    detail: `This access token lacks the scope ${scope}.`,
    extensions: { scope },
    headers: {
      'WWW-Authenticate': `Bearer realm="nomosly", error="insufficient_scope", scope="${scope}"`,
    },
  });
}

/** The token is of nobody who has ever signed in here, of an application, say: there is no account. */
export function noAccount(): Problem {
  return new Problem({
    status: 403,
    code: 'no_account',
    detail:
      'This access token is of nobody who has an account here. A person gets one by signing in to the console once; an application by itself has none.',
  });
}
