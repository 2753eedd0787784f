/** Longer than any address of a page of ours, filters included. */
const LONGEST = 512;

/** Addresses under /dashboard that are no pages. */
const NO_PAGE =
  /^\/dashboard\/(?:api|assets|sign-in|sign-out|callback|backchannel-logout)(?:\/|$)/u;

/** Any scheme and host: what is to stay a path must not change it. */
const HERE = 'http://here.invalid';

/**
 * The page of the console to go on with after signing in: what was asked for, or the first page
 * where that is anything but a path of ours.
 */
export function returnPath(wanted: unknown): string {
  return isPage(wanted) ? wanted : '/dashboard';
}

function isPage(wanted: unknown): wanted is string {
  // Browsers take a backslash for a slash, and pass over control characters.
  if (typeof wanted !== 'string' || wanted.length > LONGEST || /[\\\p{Cc}]/u.test(wanted)) {
    return false;
  }
  if (!wanted.startsWith('/dashboard') || !URL.canParse(wanted, HERE)) return false;
  const { origin, pathname } = new URL(wanted, HERE);
  return (
    origin === HERE &&
    (pathname === '/dashboard' || pathname.startsWith('/dashboard/')) &&
    !NO_PAGE.test(pathname)
  );
}
