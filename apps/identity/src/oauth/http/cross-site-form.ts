import { type OAuthRequest } from '@nomo/oauth-engine';
import { type IncomingMessage } from 'node:http';

/** What form encoding writes, and nothing else: it becomes a part of an address. */
const FORM = /^[\w*.+%&=-]+$/;
const OURS = /(?:^|; *)__Secure-namoid-/;
/** So long may an address be that all servers and browsers take. */
const LONGEST = 6_000;

/**
 * A form that a page of another site sends comes without our cookies (SameSite=Lax), so nobody
 * would be signed in, and the browser would be given another name than it has. The same request as
 * a GET comes with them. Not what has a token in it, which an address is no place for.
 *
 * @returns the query of that GET; undefined where the form is to be answered as it came
 */
export function crossSiteForm(
  { headers }: IncomingMessage,
  { method, query, body }: OAuthRequest,
): string | undefined {
  if (method !== 'POST' || query !== '' || body === undefined) return undefined;
  if (headers['sec-fetch-site'] !== 'cross-site' || OURS.test(headers.cookie ?? ''))
    return undefined;
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return undefined;
  if (body.byteLength > LONGEST) return undefined;
  const form = Buffer.from(body).toString('latin1');
  if (!FORM.test(form) || new URLSearchParams(form).has('id_token_hint')) return undefined;
  return form;
}
