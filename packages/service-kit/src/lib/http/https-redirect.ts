import { type RequestListener } from 'node:http';

/**
 * Leads plain HTTP to HTTPS. Wherever the client believes to be, by its `Host`, it is led to
 * our own origin and nowhere else.
 *
 * @param publicUrl where the service is reached by HTTPS
 */
export function redirectToHttps(publicUrl: string): RequestListener {
  const { origin } = new URL(publicUrl);
  return (request, response) => {
    response.writeHead(308, {
      location: `${origin}${pathOf(request.url ?? '/')}`,
      'content-length': 0,
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end();
  };
}

/** A request target may also be a whole URL or `*` (RFC 9112, section 3.2). */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  if (!URL.canParse(target)) return '/';
  const { pathname, search } = new URL(target);
  return pathname.startsWith('/') ? `${pathname}${search}` : '/';
}
