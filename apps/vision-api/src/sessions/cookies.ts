import { type Request, type Response } from 'express';

/** The token of the session that the browser is signed in by. */
export const SESSION_COOKIE = '__Secure-nomosly-session';
/** A secret of the browser that a sign-in under way is bound to. Signs nobody in. */
export const SIGN_IN_COOKIE = '__Secure-nomosly-sign-in';

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
 * Sets a cookie for the console: no script reads it, and no other site has it sent along but by
 * a link to us. What a browser gets is for the console alone, and not for the API beside it.
 *
 * @param maxAgeSeconds - Without it the browser forgets it when it is closed.
 */
export function setCookie(
  response: Response,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): void {
  const attributes = ['Path=/dashboard', 'HttpOnly', 'Secure', 'SameSite=Lax'];
  if (maxAgeSeconds !== undefined) attributes.push(`Max-Age=${maxAgeSeconds}`);
  response.append('set-cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Has the browser forget a cookie. */
export function clearCookie(response: Response, name: string): void {
  setCookie(response, name, '', 0);
}
