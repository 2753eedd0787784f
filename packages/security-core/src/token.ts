import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { isUint8Array } from 'node:util/types';

import { InvalidArgument } from './errors.js';
import { requireBytes, requireObject, requireText, revealed } from './lib/contract.js';
import { secretKey } from './lib/secret-key.js';
import { sha256 } from './lib/sha256.js';
import { Secret } from './secret.js';

/** Below 128 bits a token might be guessed by somebody who can try many against many. */
const fewestTokenBytes = 16;
const mostTokenBytes = 1_024;

/** As long as the digest: a shorter key would be the easier of the two to guess. */
const digestKeyBytes = 32;

/**
 * A random token of `8 × bytes` bits, in base64url without padding: 256 bits, 43 characters,
 * by default. Give it to its owner, store its `sha256Digest`.
 *
 * @param options.bytes - 16 to 1,024.
 * @throws {InvalidArgument} Fewer bytes than are safe, or no whole number of them.
 *
 * @example
 * ```ts
 * import { generateToken, sha256Digest } from '@nomo/security-core/token';
 *
 * const token = generateToken();
 * token.reveal().length; // 43
 * const stored = sha256Digest(token); // 32 bytes: what to look up by
 * ```
 */
export function generateToken(options: { readonly bytes?: number } = {}): Secret<string> {
  requireObject(options, 'What says how to make a token');
  const { bytes = 32 } = options;
  if (!Number.isInteger(bytes) || bytes < fewestTokenBytes || bytes > mostTokenBytes) {
    throw new InvalidArgument('A token has 16 to 1,024 bytes');
  }
  return new Secret(randomBytes(bytes).toString('base64url'));
}

/**
 * A new key: 32 random bytes, for a `KeyRing` or for `keyedDigest`.
 *
 * @example
 * ```ts
 * import { KeyRing } from '@nomo/security-core/secret-box';
 * import { generateKey } from '@nomo/security-core/token';
 *
 * new KeyRing([{ id: '2026', key: generateKey() }]).ids; // ['2026']
 * ```
 */
export function generateKey(): Secret<Uint8Array> {
  return new Secret(randomBytes(digestKeyBytes));
}

/**
 * SHA-256 of a token, to store and to look it up by. For tokens of 128 random bits or more
 * alone: what a person chose, or a short code, can be found from its digest by trying. For
 * those there are `codeDigest` and password hashes.
 *
 * @returns 32 bytes.
 * @throws {InvalidArgument} It is neither text nor bytes.
 */
export function sha256Digest(token: string | Uint8Array | Secret<string>): Uint8Array {
  return sha256(textOrBytes(token, 'A token, unless it is text,'));
}

/** 10^12 codes are still within what `crypto.randomInt` draws evenly (2^48). */
const mostDigits = 12;

/** A thousand codes can be tried by hand. */
const fewestDigits = 4;

/**
 * A one-time numeric code. Each is equally likely: `crypto.randomInt` draws again where a
 * remainder would favour the small ones.
 *
 * Ten to the power of `digits` are few: allow few attempts, for a few minutes, once, and store
 * the `codeDigest`.
 *
 * @param options.digits - 4 to 12; 6 by default.
 * @throws {InvalidArgument} Another number of digits.
 *
 * @example
 * ```ts
 * import { generateCode } from '@nomo/security-core/token';
 *
 * generateCode().reveal(); // such as 042917
 * ```
 */
export function generateCode(options: { readonly digits?: number } = {}): Secret<string> {
  requireObject(options, 'What says how to make a code');
  const { digits = 6 } = options;
  if (!Number.isInteger(digits) || digits < fewestDigits || digits > mostDigits) {
    throw new InvalidArgument('A code has 4 to 12 digits');
  }
  return new Secret(String(randomInt(10 ** digits)).padStart(digits, '0'));
}

/** What is digested under a key. */
export interface KeyedDigestInput {
  /** At least 32 random bytes, kept apart from the database that holds the digests. */
  readonly key: Uint8Array | Secret<Uint8Array>;
  /** What the digest is for: with another purpose it is another digest. */
  readonly purpose: string;
  readonly input: string | Uint8Array | Secret<string>;
}

/**
 * HMAC-SHA256 of anything, for a purpose: to find an e-mail address by what says nothing of it,
 * to give each application another name for a user, to tie a form to its session. Compare it
 * by `constantTimeEqual`.
 *
 * The message of the HMAC is the length of the purpose in 4 bytes (big-endian), the purpose,
 * and the input; text is UTF-8.
 *
 * @returns 32 bytes.
 * @throws {InvalidArgument} A key of fewer than 32 bytes, or ill-formed text.
 *
 * @example
 * ```ts
 * import { generateKey, keyedDigest } from '@nomo/security-core/token';
 *
 * const key = generateKey();
 * const address = { key, purpose: 'address:org_1', input: 'ann@example.com' };
 * keyedDigest(address).length; // 32
 * ```
 */
export function keyedDigest(digested: KeyedDigestInput): Uint8Array {
  requireObject(digested, 'What is to be digested');
  const { purpose, key, input } = digested;
  const keyBytes = revealed(key);
  requireBytes(keyBytes, 'The key');
  if (keyBytes.byteLength < digestKeyBytes) {
    throw new InvalidArgument('The key of a digest has at least 32 bytes');
  }
  requireText(purpose, 'The purpose of a digest');
  const message = textOrBytes(input, 'What is to be digested, unless it is text,');
  if ([purpose, message].some((text) => typeof text === 'string' && !text.isWellFormed())) {
    throw new InvalidArgument('The purpose and the input have to be well-formed text');
  }
  const purposeBytes = Buffer.from(purpose, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(purposeBytes.byteLength);
  return createHmac('sha256', secretKey(keyBytes))
    .update(length)
    .update(purposeBytes)
    .update(message)
    .digest();
}

function textOrBytes(
  value: string | Uint8Array | Secret<string>,
  name: string,
): string | Uint8Array {
  const inside = revealed<string | Uint8Array>(value);
  if (typeof inside !== 'string') {
    requireBytes(inside, name);
  }
  return inside;
}

/** What a low-entropy code is hashed with. */
export interface CodeInput {
  /** At least 32 random bytes, kept apart from the database that holds the digests. */
  readonly key: Uint8Array | Secret<Uint8Array>;
  /** What the code is for and whose it is, such as `sign-in:user_42`. */
  readonly purpose: string;
  readonly code: string | Secret<string>;
}

/**
 * The `keyedDigest` of a code that could be found from a plain digest by trying all of them.
 * Without the key the stored digest says nothing; with another purpose it is another digest.
 *
 * @returns 32 bytes.
 * @throws {InvalidArgument} A key of fewer than 32 bytes, or ill-formed text.
 *
 * @example
 * ```ts
 * import { codeDigest, generateKey, verifyCode } from '@nomo/security-core/token';
 *
 * const key = generateKey();
 * const stored = codeDigest({ key, purpose: 'sign-in:user_42', code: '042917' });
 * verifyCode({ key, purpose: 'sign-in:user_42', code: '042917' }, stored); // true
 * verifyCode({ key, purpose: 'sign-in:user_43', code: '042917' }, stored); // false
 * ```
 */
export function codeDigest(coded: CodeInput): Uint8Array {
  requireObject(coded, 'What is to be digested');
  const { key, purpose, code } = coded;
  return keyedDigest({ key, purpose, input: code });
}

/**
 * Whether a code is the one that was stored, in constant time. With `undefined` in place of
 * the digest, for want of any, it does the same work and says no.
 *
 * @throws {InvalidArgument} A key of fewer than 32 bytes, or an ill-formed purpose. For what
 *   was presented as code it never throws.
 */
export function verifyCode(input: CodeInput, stored: Uint8Array | undefined): boolean {
  requireObject(input, 'What is to be verified');
  // What comes out of JSON may be a number, or not be there.
  const code: unknown = revealed(input.code);
  const wellFormed = typeof code === 'string' && code.isWellFormed();
  const presented = codeDigest(wellFormed ? input : { ...input, code: '' });
  const known =
    wellFormed && isUint8Array(stored) && stored.byteLength === presented.byteLength;
  return timingSafeEqual(presented, known ? stored : decoyDigest) && known;
}

const decoyDigest: Uint8Array = randomBytes(32);
