import { bucketKey, type BucketRequest, networkOf } from '@nomo/limits';
import { sha256Digest } from '@nomo/security-core';
import { type RealmKey } from '../../realms/realm.js';

type Rate = Pick<BucketRequest, 'ratePerSecond' | 'burst'>;

const MINUTE = 60;

/**
 * How many failed sign-ins there may be: so many at once, and so many more in the long run. A
 * sign-in that succeeds is not counted.
 *
 * What is counted is the address that was typed, whether or not it is anybody's.
 */
export const SIGN_IN_RATES = {
  /** One address, from one place: a person who has forgotten a password. */
  addressHere: { burst: 10, ratePerSecond: 1 / MINUTE },
  /**
   * One address, from anywhere. 50 and 288 a day: a password that is among the likeliest million
   * is found in seven years on average (NIST SP 800-63B-4, section 3.2.2, asks for such a limit).
   */
  address: { burst: 50, ratePerSecond: 1 / (5 * MINUTE) },
  /** One place, at all addresses. A whole office may be one place. */
  place: { burst: 100, ratePerSecond: 1 / 10 },
  /** One organization: more than its people ever mistype, fewer than a list of stolen passwords. */
  organization: { burst: 2_000, ratePerSecond: 10 },
  /**
   * A browser that this address has signed in with before, and nothing else: what others do from
   * elsewhere cannot lock its user out (OWASP, "device cookies").
   */
  knownDevice: { burst: 10, ratePerSecond: 1 / MINUTE },
  /**
   * All of them together, as an address from anywhere: who knew the password once has as many as
   * they signed in with then, and could guess the next one with each.
   */
  knownDevices: { burst: 50, ratePerSecond: 1 / (5 * MINUTE) },
} as const satisfies Readonly<Record<string, Rate>>;

/** How many codes of devices may be tried (RFC 8628, section 5.1). */
export const DEVICE_CODE_RATES = {
  user: { burst: 10, ratePerSecond: 1 / MINUTE },
  place: { burst: 30, ratePerSecond: 1 / 10 },
} as const satisfies Readonly<Record<string, Rate>>;

export interface SignInAttempt {
  readonly realm: RealmKey;
  /** As it is looked up. */
  readonly address: string;
  readonly ip: string;
  /** The name of the browser, if it is known for this address. */
  readonly knownDevice: string | undefined;
}

export interface SignInBuckets {
  /** Who empties one of these has locked the account, for a while, for somebody. */
  readonly ofAccount: readonly BucketRequest[];
  readonly others: readonly BucketRequest[];
}

/** What one attempt to sign in takes from. */
export function signInBuckets({
  realm,
  address,
  ip,
  knownDevice,
}: SignInAttempt): SignInBuckets {
  const rates = SIGN_IN_RATES;
  if (knownDevice !== undefined) {
    const own = bucket(realm, 'known-device', [address, knownDevice], rates.knownDevice);
    const all = bucket(realm, 'known-devices', [address], rates.knownDevices);
    return { ofAccount: [own, all], others: [] };
  }
  const place = networkOf(ip);
  return {
    ofAccount: [
      bucket(realm, 'address-here', [address, place], rates.addressHere),
      bucket(realm, 'address', [address], rates.address),
    ],
    others: [
      bucket(realm, 'place', [place], rates.place),
      bucket(realm, 'organization', [], rates.organization),
    ],
  };
}

/** What one code of a device takes from. */
export function deviceCodeBuckets(
  realm: RealmKey,
  { userId, ip }: { readonly userId: string; readonly ip: string },
): BucketRequest[] {
  return [
    bucket(realm, 'code-user', [userId], DEVICE_CODE_RATES.user),
    bucket(realm, 'code-place', [networkOf(ip)], DEVICE_CODE_RATES.place),
  ];
}

/** Once an hour for one address: so often somebody hears that it is locked. */
export function lockOutNoticeBucket(realm: RealmKey, address: string): BucketRequest {
  return bucket(realm, 'lock-out-notice', [address], {
    burst: 1,
    ratePerSecond: 1 / (60 * MINUTE),
  });
}

/** Of one length whatever was typed, and it says nobody's address to who reads Redis in passing. */
function bucket(
  { orgId, mode }: RealmKey,
  kind: string,
  of: readonly string[],
  rate: Rate,
): BucketRequest {
  const digest = sha256Digest(JSON.stringify([orgId, mode, kind, ...of]));
  const name = `sign-in:${kind}:${Buffer.from(digest).toString('base64url')}`;
  return { key: bucketKey(name), ...rate };
}
