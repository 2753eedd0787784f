import { randomBytes } from 'node:crypto';

/** A call to the generator costs as much for 3 KB as for 24 bytes, and half of what a cipher does. */
const poolBytes = 3_072;
let pool = Buffer.alloc(0);

/**
 * Random bytes that need not be secret, each handed out once. What they are drawn from lies in
 * this process's memory for a while, so no key and no token may be made of them.
 *
 * @param length - Far less than the pool.
 */
export function randomNonce(length: number): Uint8Array {
  if (pool.byteLength < length) {
    pool = randomBytes(poolBytes);
  }
  const nonce = pool.subarray(0, length);
  pool = pool.subarray(length);
  return nonce;
}
