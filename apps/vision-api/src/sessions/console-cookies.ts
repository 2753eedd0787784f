import { clearCookie, type OwnCookie, setCookie } from '@nomo/service-kit';
import { type ServerResponse } from 'node:http';

/** The token of the session that the browser is signed in by. */
export const SESSION_COOKIE = '__Secure-nomosly-session';
/** A secret of the browser that a sign-in under way is bound to. Signs nobody in. */
export const SIGN_IN_COOKIE = '__Secure-nomosly-sign-in';

/** What a browser gets is for the console alone, and not for the API beside it. */
const PATH = '/dashboard';

/** Sets a cookie for the console. */
export function setConsoleCookie(
  response: ServerResponse,
  cookie: Omit<OwnCookie, 'path'>,
): void {
  setCookie(response, { ...cookie, path: PATH });
}

/** Has the browser forget a cookie of the console. */
export function clearConsoleCookie(response: ServerResponse, name: OwnCookie['name']): void {
  clearCookie(response, { name, path: PATH });
}
