import { hash } from 'node:crypto';

import { InvalidArgument } from '../errors.js';
import { requireBytes } from './contract.js';

/** The length of every SHA-256. */
export const hashBytes = 32;

/**
 * SHA-256 of bytes, or of a text's UTF-8.
 *
 * By way of a text of 32 characters, one to a byte, which Node calls both names: for a `Buffer` of its own Node makes memory
 * outside the heap, which takes twice as long as hashing something short does.
 */
export function sha256(input: Uint8Array | string): Uint8Array {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}

/** @throws {InvalidArgument} */
export function requireHash(value: unknown, name: string): asserts value is Uint8Array {
  requireBytes(value, name);
  if (value.byteLength !== hashBytes) {
    throw new InvalidArgument(`${name} has to be ${hashBytes} bytes long`);
  }
}
