import { type IncomingMessage, type ServerResponse } from 'node:http';

/** The form of every value that is set: 32 bytes in base64url. */
const VALUE = /^[\w-]{43}$/;

/** A cookie for the pages below one path. */
export interface OwnCookie {
  /** Begin it with `__Secure-`: browsers take it over TLS alone (RFC 6265bis, section 4.1.3.1). */
  readonly name: string;
  /** 32 bytes in base64url. */
  readonly value: string;
  readonly path: string;
  /** Without it the browser forgets the cookie when it is closed. */
  readonly maxAgeSeconds?: number | undefined;
}

/**
 * The value of a cookie of ours. Undefined where there is none, where there are several, as
 * somebody in between may have added one, and where it is not of our making.
 */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  const values = (request.headersDistinct['cookie'] ?? [])
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value, another] = values;
  return value !== undefined && another === undefined && VALUE.test(value) ? value : undefined;
}

/** Sets a cookie that no script reads and no other site has sent along, but by a link to us. */
export function setCookie(
  response: ServerResponse,
  { name, value, path, maxAgeSeconds }: OwnCookie,
): void {
  const attributes = [`Path=${path}`, 'HttpOnly', 'Secure', 'SameSite=Lax'];
  if (maxAgeSeconds !== undefined) attributes.push(`Max-Age=${maxAgeSeconds}`);
  response.appendHeader('set-cookie', [`${name}=${value}`, ...attributes].join('; '));
}

/** Has the browser forget a cookie. */
export function clearCookie(
  response: ServerResponse,
  { name, path }: Pick<OwnCookie, 'name' | 'path'>,
): void {
  setCookie(response, { name, path, value: '', maxAgeSeconds: 0 });
}
