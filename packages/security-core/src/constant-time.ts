import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { requireBytes } from './lib/contract.js';
import { secretKey } from './lib/secret-key.js';

/**
 * Drawn anew by each process, so nobody outside can choose two inputs whose digests share a
 * prefix, nor prepare anything against the comparison of digests.
 */
const comparisonKey = secretKey(randomBytes(32));

/**
 * Whether `a` and `b` are the same, in a time that tells nothing of where they differ or
 * whether they have the same length.
 *
 * Both sides become a digest of 32 bytes (HMAC-SHA256 under a key that only this process
 * knows, which covers the length too), and the digests are compared by
 * `crypto.timingSafeEqual`. The time depends on each length by itself, as any reading of the
 * bytes must, never on how the two relate.
 *
 * Two strings are compared by their UTF-16 code units, as `===` does. A string and bytes are
 * compared by the string's UTF-8; a string with a lone surrogate has none and equals no bytes.
 *
 * @returns `true` if they are equal. Lengths may differ; it never throws for them.
 * @throws {InvalidArgument} One of them is neither text nor bytes.
 *
 * @example
 * ```ts
 * import { constantTimeEqual } from '@nomo/security-core/constant-time';
 *
 * constantTimeEqual('s3cret', 's3cret'); // true
 * constantTimeEqual('s3cret', 's3cre'); // false
 * constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2)); // true
 * ```
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  // UTF-8 writes every lone surrogate as U+FFFD: by it, different strings would be equal.
  const encoding = typeof a === 'string' && typeof b === 'string' ? 'utf16le' : 'utf8';
  const comparable = encoding === 'utf16le' || (isWellFormed(a) && isWellFormed(b));
  const equal = timingSafeEqual(digest(a, encoding), digest(b, encoding));
  return equal && comparable;
}

function digest(value: string | Uint8Array, encoding: 'utf8' | 'utf16le'): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, encoding) : value;
  requireBytes(bytes, 'What is compared, unless it is text,');
  return createHmac('sha256', comparisonKey).update(bytes).digest();
}

function isWellFormed(value: string | Uint8Array): boolean {
  return typeof value !== 'string' || value.isWellFormed();
}
