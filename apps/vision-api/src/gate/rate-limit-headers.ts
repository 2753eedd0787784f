import { type QuotaState } from '@nomo/limits';

const SECONDS_A_DAY = 86_400;

/**
 * The daily quota as the fields of draft-ietf-httpapi-ratelimit-headers-10: the policy
 * (quota `q` in a window of `w` seconds) and where the key stands (`r` left, `t` seconds
 * until the window ends).
 */
export function quotaHeaders(
  quota: QuotaState,
  now = Date.now(),
): Record<'RateLimit-Policy' | 'RateLimit', string> {
  const secondsLeft = Math.max(0, Math.ceil((quota.resetAt.getTime() - now) / 1000));
  return {
    'RateLimit-Policy': `"daily";q=${quota.limit};w=${SECONDS_A_DAY}`,
    RateLimit: `"daily";r=${quota.remaining};t=${secondsLeft}`,
  };
}
