import { sha256Digest } from '@nomo/security-core';

import { type OAuthContext } from '../context.js';

/** 256 bits: nobody guesses one, and a plain SHA-256 of it can be stored. */
const tokenBytes = 32;

/** A random token to give away, and its digest to store: codes, refresh tokens, references. */
export function drawOpaqueToken({ randomBytes }: OAuthContext): {
  readonly token: string;
  readonly digest: Uint8Array;
} {
  const token = Buffer.from(randomBytes(tokenBytes)).toString('base64url');
  return { token, digest: sha256Digest(token) };
}
