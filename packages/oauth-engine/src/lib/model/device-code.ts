import { type Authorization } from './authorization.js';

/** A device authorization (RFC 8628), as stored. */
export interface DeviceCode {
  /** SHA-256 of the device code. */
  readonly digest: Uint8Array;
  /** Keyed digest of the user code: what a person can type can be found from a plain digest. */
  readonly userCodeDigest: Uint8Array;
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly resources: readonly string[];
  readonly intervalSeconds: number;
  readonly expiresAt: Date;
}

/** What a poll finds (RFC 8628 §3.5). */
export type DevicePoll =
  | { readonly outcome: 'pending' | 'too_fast' | 'denied' | 'expired' }
  | { readonly outcome: 'approved'; readonly authorization: Authorization };
