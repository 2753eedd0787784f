import { type Realm } from '../../realms/realm.js';
import { type Request, type Response } from 'express';

/** The token of the session that the browser is signed in by. */
export const SESSION_COOKIE = '__Secure-namoid-session';
/** A random name of the browser, which interactions are bound to. Signs nobody in. */
export const BROWSER_COOKIE = '__Secure-namoid-browser';

/** The form of every value that we set: 32 bytes in base64url. */
const VALUE = /^[\w-]{43}$/;

/**
 * The value of a cookie of ours. Undefined where there is none, where there are several, as
 * somebody in between may have added one, and where it is not of our making.
 */
export function readCookie(request: Request, name: string): string | undefined {
  const values = (request.headersDistinct['cookie'] ?? [])
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value, another] = values;
  return value !== undefined && another === undefined && VALUE.test(value) ? value : undefined;
}

/**
 * Sets a cookie for the pages of one organization: no script reads it, no other site sends it
 * along (but for links to us), and no other organization gets it.
 *
 * @param maxAgeSeconds without it the browser forgets it when it is closed
 */
export function setCookie(
  response: Response,
  realm: Pick<Realm, 'slug'>,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): void {
  const attributes = [`Path=/${realm.slug}`, 'HttpOnly', 'Secure', 'SameSite=Lax'];
  if (maxAgeSeconds !== undefined) attributes.push(`Max-Age=${maxAgeSeconds}`);
  response.append('set-cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Has the browser forget a cookie. */
export function clearCookie(
  response: Response,
  realm: Pick<Realm, 'slug'>,
  name: string,
): void {
  setCookie(response, realm, name, '', 0);
}
