import { randomBytes as secureRandomBytes, timingSafeEqual } from 'node:crypto';
import { isUint8Array } from 'node:util/types';

import { InvalidArgument } from './errors.js';
import { base62, base62Uint32 } from './lib/base62.js';
import { requireBytes, requireFunction, requireObject, requireText } from './lib/contract.js';
import { crc32 } from './lib/crc32.js';
import { requireHash, sha256 } from './lib/sha256.js';
import { Secret } from './secret.js';

declare const apiKeyId: unique symbol;

/** The public part of a key, `nmk_<mode>_<random>`: may be logged and shown, finds the key. */
export type ApiKeyId = string & { readonly [apiKeyId]: true };

/** Which world a key belongs to. It is part of the id, so nobody takes one for the other. */
export type ApiKeyMode = 'live' | 'test';

/** A key just made. This is the only moment at which its secret exists outside the caller. */
export interface GeneratedApiKey {
  readonly id: ApiKeyId;
  readonly mode: ApiKeyMode;
  /** The whole form that the caller presents, to be shown once. */
  readonly key: Secret<string>;
  /** SHA-256 of the 32 secret bytes: the only thing to store beside the id. */
  readonly secretHash: Uint8Array;
}

/** A presented key whose form and checksum are right. Whether it is genuine is not yet known. */
export interface ParsedApiKey {
  readonly id: ApiKeyId;
  readonly mode: ApiKeyMode;
  /** SHA-256 of the 32 secret bytes that were presented. */
  readonly secretHash: Uint8Array;
}

/**
 * 128 bits: ids can be drawn anywhere without asking whether one is taken (at 10^9 keys the
 * chance that any two are equal is 10^-21).
 */
const idRandomBytes = 16;

/**
 * The fewest base62 digits that hold 128 bits. Base62 and the underscores are what a
 * double-click selects as one word; the hyphen of base64url is not.
 */
const idRandomLength = 22;

/** 256 bits: out of reach of guessing, so one fast SHA-256 is a sufficient hash to store. */
const secretBytes = 32;

/** 32 bytes in base64url without padding. */
const secretLength = 43;

/** The fewest base62 digits that hold 32 bits. */
const checksumLength = 6;

/** `nmk_live_` and `nmk_test_` are equally long, and so is every key. */
const idLength = 'nmk_live_'.length + idRandomLength;
const checksumStart = idLength + 1 + secretLength;
const keyLength = checksumStart + checksumLength;

const idForm = 'nmk_(?:live|test)_[0-9A-Za-z]{22}';

/**
 * The 43rd digit carries 4 bits of the secret and 2 spare ones. Only these 16 leave the spare
 * bits zero: with the others, four different texts would be the same key.
 */
const secretForm = '[0-9A-Za-z_-]{42}[AEIMQUYcgkosw048]';

/**
 * Finds keys inside any text, as a secret scanner wants it: not anchored, not global. What it
 * finds is a key of ours exactly if `parseApiKey` accepts it, by the checksum.
 */
export const apiKeyPattern = new RegExp(`${idForm}\\.${secretForm}[0-9A-Za-z]{6}`, 'u');

const wholeKey = new RegExp(`^${idForm}\\.${secretForm}[0-9A-Za-z]{6}$`, 'u');
const wholeId = new RegExp(`^${idForm}$`, 'u');

/** What an unknown id is compared with. Random, so no presented secret can have this hash. */
const decoyHash: Uint8Array = secureRandomBytes(32);

/**
 * Makes a key: `<key_id>.<secret>`, where the secret is 32 random bytes in base64url, followed
 * by a checksum of 6 characters over everything before it.
 *
 * The checksum is CRC-32 in base62 with leading zeros, as in GitHub's tokens: a typing error
 * is refused without a look-up, and a scanner knows a leaked key from a look-alike offline.
 * Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 *
 * @param options.randomBytes - Where randomness comes from; for tests alone. Defaults to
 *   `crypto.randomBytes`.
 * @returns The key, to be shown once, and what to store: `id` and `secretHash`.
 * @throws {InvalidArgument} The mode is none of the two, or `randomBytes` returned another
 *   number of bytes than asked for.
 *
 * @example
 * ```ts
 * import { generateApiKey } from '@nomo/security-core/api-key';
 *
 * const { id, key, secretHash } = generateApiKey({ mode: 'live' });
 * id; // such as nmk_live_1s9sxkZW4zBrlcO1ZmMqkX
 * key.reveal(); // the id, a full stop and the secret: for the customer's eyes, once
 * secretHash.length; // 32
 * ```
 */
export function generateApiKey(options: {
  mode: ApiKeyMode;
  randomBytes?: (size: number) => Uint8Array;
}): GeneratedApiKey {
  requireObject(options, 'What says how to make an API key');
  const { mode, randomBytes = secureRandomBytes } = options;
  requireText(mode, 'The mode of an API key');
  requireFunction(randomBytes, 'randomBytes');
  const idNumber = BigInt(`0x${draw(randomBytes, idRandomBytes).toString('hex')}`);
  const id = `nmk_${mode}_${base62(idNumber, idRandomLength)}`;
  if (!isApiKeyId(id)) {
    throw new InvalidArgument('The mode of an API key is live or test');
  }
  const secret = draw(randomBytes, secretBytes);
  const unchecked = `${id}.${secret.toString('base64url')}`;
  const key = unchecked + checksum(unchecked);
  const secretHash = sha256(secret);
  secret.fill(0);
  return { id, mode, key: new Secret(key), secretHash };
}

/**
 * Reads what a caller presented, whatever it is. Form and checksum are checked here, with no
 * look-up; a key that passes has still to be verified with `verifyApiKey`. Refusing early
 * tells an attacker nothing that this page does not.
 *
 * @returns The id to look up and the hash of the presented secret, or `undefined` if this can
 *   be no key of ours. Never throws, and reads no more than a key's length of a giant input.
 *
 * @example
 * ```ts
 * import { parseApiKey } from '@nomo/security-core/api-key';
 *
 * parseApiKey('nmk_live_no-such-key'); // undefined
 * ```
 */
export function parseApiKey(presented: unknown): ParsedApiKey | undefined {
  if (typeof presented !== 'string' || presented.length !== keyLength) {
    return undefined;
  }
  // Every part stands at a fixed place, and a pattern that has nothing to hand out is quicker.
  if (!wholeKey.test(presented)) {
    return undefined;
  }
  const unchecked = presented.slice(0, checksumStart);
  if (!presented.endsWith(checksum(unchecked))) {
    return undefined;
  }
  const bytes = Buffer.from(unchecked.slice(idLength + 1), 'base64url');
  const secretHash = sha256(bytes);
  bytes.fill(0);
  const id = presented.slice(0, idLength) as ApiKeyId;
  return { id, mode: id.startsWith('nmk_live_') ? 'live' : 'test', secretHash };
}

/**
 * Whether the presented key is the stored one, in a time that does not depend on the answer.
 *
 * An unknown id has no stored hash: pass `undefined`, and the same work is done against a
 * decoy, so that the time does not tell an unknown id from a wrong secret. The caller has to
 * keep that promise around this call: one path, one answer.
 *
 * @param storedHash - The `secretHash` from when the key was made; `undefined` if none is
 *   known. One that is not 32 bytes long is treated as none.
 * @returns `true` only if the key is known and the secret is right.
 * @throws {InvalidArgument} `parsed` is not what `parseApiKey` returns for a key.
 *
 * @example
 * ```ts
 * import { generateApiKey, parseApiKey, verifyApiKey } from '@nomo/security-core/api-key';
 *
 * const stored = generateApiKey({ mode: 'test' });
 * const parsed = parseApiKey(stored.key.reveal());
 * parsed !== undefined && verifyApiKey(parsed, stored.secretHash); // true
 * ```
 */
export function verifyApiKey(
  parsed: ParsedApiKey,
  storedHash: Uint8Array | undefined,
): boolean {
  requireObject(parsed, 'A parsed API key');
  requireHash(parsed.secretHash, 'The hash of a parsed API key');
  const known = isUint8Array(storedHash) && storedHash.byteLength === decoyHash.byteLength;
  const expected = known ? storedHash : decoyHash;
  return timingSafeEqual(parsed.secretHash, expected) && known;
}

/** Whether `value` has the form of a key id. Says nothing of whether such a key exists. */
export function isApiKeyId(value: unknown): value is ApiKeyId {
  return typeof value === 'string' && wholeId.test(value);
}

function checksum(unchecked: string): string {
  return base62Uint32(crc32(unchecked));
}

/** A copy, so that wiping it leaves the caller's bytes alone. */
function draw(randomBytes: (size: number) => Uint8Array, size: number): Buffer {
  const drawn = randomBytes(size);
  requireBytes(drawn, 'What randomBytes returns');
  if (drawn.byteLength !== size) {
    throw new InvalidArgument('randomBytes has to return as many bytes as it was asked for');
  }
  return Buffer.from(drawn);
}
