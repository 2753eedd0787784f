import { type IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request comes from a page of this origin, as far as the browser says: by
 * `Sec-Fetch-Site` (Fetch Metadata, section 2.4) and by `Origin` (Fetch Standard, section 3.2). What
 * is no browser says neither; then the token of the form decides alone.
 *
 * @param origin where browsers reach us, by configuration
 */
export function comesFromOwnPage(
  headers: Pick<IncomingHttpHeaders, 'origin' | 'sec-fetch-site'>,
  origin: string,
): boolean {
  const { origin: claimed, 'sec-fetch-site': site } = headers;
  return (
    (site === undefined || site === 'same-origin') &&
    (claimed === undefined || claimed === origin)
  );
}
