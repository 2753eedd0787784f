import { type BucketVerdict, type QuotaState } from '@nomo/limits';
import { Problem } from '@nomo/service-kit';
import { type Scope } from '../keys/scopes.js';
import { quotaHeaders } from './rate-limit-headers.js';

/** What any route behind the gate may answer, by status; for the OpenAPI document. */
export const GATE_PROBLEMS = {
  401: ['invalid_api_key'],
  403: ['insufficient_scope'],
  429: ['rate_limited', 'quota_exceeded'],
} as const;

/** One answer for every key that does not open: nobody learns what was wrong with it. */
export function invalidApiKey(): Problem {
  return new Problem({
    status: 401,
    code: 'invalid_api_key',
    detail: 'Send a valid API key in the x-api-key header, as <key_id>.<secret>.',
    // RFC 9110, section 11.6.1, wants a challenge; no registered scheme is a key in a header.
    headers: { 'WWW-Authenticate': 'ApiKey realm="nomosly", header="x-api-key"' },
  });
}

export function insufficientScope(scope: Scope, quota: QuotaState): Problem {
  return new Problem({
    status: 403,
    code: 'insufficient_scope',
    detail: `This API key lacks the scope ${scope}.`,
    extensions: { scope },
    headers: quotaHeaders(quota),
  });
}

export function rateLimited(bucket: BucketVerdict, quota: QuotaState): Problem {
  return new Problem({
    status: 429,
    code: 'rate_limited',
    detail: 'The service takes no more requests at this moment. Retry after a short pause.',
    headers: { 'Retry-After': retryAfter(bucket.retryAfterMs), ...quotaHeaders(quota) },
  });
}

export function quotaExceeded(quota: QuotaState): Problem {
  return new Problem({
    status: 429,
    code: 'quota_exceeded',
    detail:
      `This API key has made ${quota.used} of the ${quota.limit} requests it may make in a ` +
      `UTC day. The count starts again at ${quota.resetAt.toISOString()}.`,
    headers: {
      'Retry-After': retryAfter(quota.resetAt.getTime() - Date.now()),
      ...quotaHeaders(quota),
    },
    extensions: {
      limit: quota.limit,
      used: quota.used,
      resetAt: quota.resetAt.toISOString(),
    },
  });
}

/** Whole seconds, never 0: a client that comes back at once would only be refused again. */
function retryAfter(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / 1000)));
}
