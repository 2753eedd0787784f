import { generateToken } from '@nomo/security-core';

/** No token has fewer bytes than this. */
const FEWEST_BYTES = 16;

/** So many random bytes, as the OAuth engine wants them. */
export function drawBytes(size: number): Uint8Array {
  const token = generateToken({ bytes: Math.max(size, FEWEST_BYTES) });
  return Buffer.from(token.reveal(), 'base64url').subarray(0, size);
}
