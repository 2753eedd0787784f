import { bucketKey, type BucketRequest } from '@nomo/limits';
import { sha256Digest } from '@nomo/security-core';
import { type RealmKey } from '../realms/realm.js';

type Rate = Pick<BucketRequest, 'ratePerSecond' | 'burst'>;

/** How many calls of the management API there may be: so many at once, and so many a second. */
export const CALL_RATES = {
  /**
   * One application, or one user by one application. At this rate a nightly job reads a hundred
   * thousand users, a hundred a page, within half a minute.
   */
  caller: { burst: 200, ratePerSecond: 50 },
  /** All callers of a realm together: what one organization can take from the others. */
  realm: { burst: 1_000, ratePerSecond: 200 },
} as const satisfies Readonly<Record<string, Rate>>;

/** What one call takes from. */
export function callBuckets(
  realm: RealmKey,
  caller: { readonly clientId: string; readonly subject: string },
): BucketRequest[] {
  return [
    bucket(['caller', realm.orgId, realm.mode, caller.clientId, caller.subject], 'caller'),
    bucket(['realm', realm.orgId, realm.mode], 'realm'),
  ];
}

function bucket(of: readonly string[], rate: keyof typeof CALL_RATES): BucketRequest {
  const digest = Buffer.from(sha256Digest(JSON.stringify(of))).toString('base64url');
  return { key: bucketKey(`management:${digest}`), ...CALL_RATES[rate] };
}
