import { clearCookie, type OwnCookie, setCookie } from '@nomo/service-kit';
import { type ServerResponse } from 'node:http';
import { type Realm } from '../../realms/realm.js';

/** The token of the session that the browser is signed in by. */
export const SESSION_COOKIE = '__Secure-namoid-session';
/** A random name of the browser, which interactions are bound to. Signs nobody in. */
export const BROWSER_COOKIE = '__Secure-namoid-browser';

/** Sets a cookie for the pages of one organization: no other gets it. */
export function setRealmCookie(
  response: ServerResponse,
  { slug }: Pick<Realm, 'slug'>,
  cookie: Omit<OwnCookie, 'path'>,
): void {
  setCookie(response, { ...cookie, path: `/${slug}` });
}

/** Has the browser forget a cookie of the pages of one organization. */
export function clearRealmCookie(
  response: ServerResponse,
  { slug }: Pick<Realm, 'slug'>,
  name: OwnCookie['name'],
): void {
  clearCookie(response, { name, path: `/${slug}` });
}
