import { isUint8Array } from 'node:util/types';

import { InvalidArgument } from '../errors.js';
import { Secret } from '../secret.js';

/**
 * Refuses what is not bytes: a string or a parsed body here would mean that what is signed,
 * sealed or compared is not what was sent.
 *
 * @throws {InvalidArgument}
 */
export function requireBytes(value: unknown, name: string): asserts value is Uint8Array {
  if (!isUint8Array(value)) {
    throw new InvalidArgument(`${name} has to be bytes (Uint8Array)`);
  }
}

/** The text of a secret, whether it comes wrapped or bare. */
export function revealText(secret: string | Secret<string>): string {
  return secret instanceof Secret ? secret.reveal() : secret;
}
