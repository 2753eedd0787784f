import { Problem } from '@nomo/service-kit';

/** Nobody is signed in, or not any more. */
export function sessionRequired(): Problem {
  return new Problem({
    status: 401,
    code: 'session_required',
    detail: 'Sign in to the console.',
    // RFC 9110, section 11.6.1, wants a challenge; no registered scheme is a cookie.
    headers: { 'WWW-Authenticate': 'Cookie realm="nomosly console"' },
  });
}

/** Something is to be changed, and nothing shows that it is a page of ours that wants it. */
export function csrfRejected(): Problem {
  return new Problem({
    status: 403,
    code: 'csrf_rejected',
    detail: 'This was not sent by a page of the console. Load the page again.',
  });
}
