import { randomFillSync } from 'node:crypto';

/** A call to the generator costs as much for 3 KB as for 24 bytes, and more than a cipher does. */
const pool = Buffer.alloc(3_072);
let unused = 0;

/**
 * Random bytes that need not be secret, each handed out once. What they are drawn from lies in
 * this process's memory for a while, so no key and no token may be made of them.
 *
 * @param length - Far less than the pool.
 */
export function randomNonce(length: number): Uint8Array {
  if (unused < length) {
    randomFillSync(pool);
    unused = pool.byteLength;
  }
  unused -= length;
  // A copy: what a caller holds must not change when the pool is filled again.
  return Uint8Array.prototype.slice.call(pool, unused, unused + length);
}
