import { Problem } from '@nomo/service-kit';

/** Nothing was done, and the same request may succeed in a moment. */
export function temporarilyUnavailable(cause: unknown): Problem {
  return new Problem({
    status: 503,
    code: 'unavailable',
    detail: 'The service cannot take this request at the moment. Retry after a short pause.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}
