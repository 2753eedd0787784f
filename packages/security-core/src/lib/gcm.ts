import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

import { InauthenticBox, InvalidArgument } from '../errors.js';
import { requireBytes } from './contract.js';
import { secretKey } from './secret-key.js';

export const keyBytes = 32;
export const gcmNonceBytes = 12;

/** All of the tag. Node would take 4 bytes of it unless told otherwise, and so would a forger. */
export const tagBytes = 16;

export type SealedParts = readonly [ciphertext: Uint8Array, tag: Uint8Array];

/** @throws {InvalidArgument} The key has another length than the cipher's. */
export function gcmKey(bytes: Uint8Array): KeyObject {
  requireLength(bytes, keyBytes, 'The key');
  return secretKey(bytes);
}

/**
 * @param key - Of `gcmKey`.
 * @returns The ciphertext and the tag, for the caller to join with whatever stands before them.
 * @throws {InvalidArgument} The nonce has another length than the cipher's.
 */
export function sealGcm(
  key: KeyObject,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array | undefined,
): SealedParts {
  requireLength(nonce, gcmNonceBytes, 'The nonce');
  requireBytes(plaintext, 'The plaintext');
  requireAssociatedData(associatedData);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, {
    authTagLength: tagBytes,
  });
  if (associatedData !== undefined) {
    cipher.setAAD(associatedData);
  }
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/**
 * @param key - Of `gcmKey`.
 * @throws {InauthenticBox} A bit of anything differs from when it was sealed.
 * @throws {InvalidArgument} The nonce has another length than the cipher's.
 */
export function openGcm(
  key: KeyObject,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array | undefined,
): Buffer {
  requireLength(nonce, gcmNonceBytes, 'The nonce');
  requireBytes(sealed, 'What is to be opened');
  requireAssociatedData(associatedData);
  const end = sealed.byteLength - tagBytes;
  if (end < 0) {
    throw new InauthenticBox();
  }
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, {
    authTagLength: tagBytes,
  });
  if (associatedData !== undefined) {
    decipher.setAAD(associatedData);
  }
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    // What came out so far is not to be trusted, nor to be left lying about.
    plaintext.fill(0);
    throw new InauthenticBox();
  }
  return plaintext;
}

/** Node would take a text, too. */
function requireAssociatedData(bytes: Uint8Array | undefined): void {
  if (bytes !== undefined) {
    requireBytes(bytes, 'The associated data');
  }
}

/** @throws {InvalidArgument} */
export function requireLength(bytes: Uint8Array, length: number, name: string): void {
  requireBytes(bytes, name);
  if (bytes.byteLength !== length) {
    throw new InvalidArgument(`${name} has to be ${length} bytes long`);
  }
}
