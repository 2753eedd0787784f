import { timingSafeEqual } from 'node:crypto';

import { sha256Digest } from '@nomo/security-core';

import { type ClientAuthentication } from '../model/application.js';

/** 32 zero bytes are the digest of nothing that anybody knows. */
const decoy = new Uint8Array(32);

/** An application has two secrets at most while one replaces the other. */
const fewestComparisons = 2;

/** Whether a secret proves who sent it; a right one that was sent in the other way does not. */
export type SecretVerdict = 'proved' | 'sent_otherwise' | 'refused';

/**
 * RFC 6749 §2.3.1: the presented secret is one of those that are valid now, and was sent in the
 * registered way. For an application that does not exist, or has no secret, the same is computed
 * and it is refused, so that time does not tell one from another.
 */
export function clientSecret({
  method,
  secret,
  registered,
}: {
  readonly method: 'client_secret_basic' | 'client_secret_post';
  readonly secret: string;
  readonly registered: ClientAuthentication | undefined;
}): SecretVerdict {
  const digest = sha256Digest(secret);
  const valid = registered && 'secretDigests' in registered ? registered.secretDigests : [];
  const decoys = Array<Uint8Array>(Math.max(0, fewestComparisons - valid.length)).fill(decoy);
  // Every one is compared, whichever is right.
  const matches = [...valid, ...decoys].map((one) => sameDigest(digest, one));
  if (!matches.slice(0, valid.length).includes(true)) return 'refused';
  return registered?.method === method ? 'proved' : 'sent_otherwise';
}

/** All of them have the length of SHA-256: nothing is told by it. */
function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
