import { randomBytes, type KeyObject } from 'node:crypto';

import { sealGcm } from './gcm.js';
import { xaesNonceBytes, type XaesKey } from './xaes-key.js';

/** To derive a key is a fifth of what a small message costs: a hundredth of that is nothing. */
const messagesPerStart = 256;

/** The last bytes of a nonce, which are counted up. */
const counterAt = xaesNonceBytes - 4;

/**
 * Seals under a key of XAES-256-GCM, with nonces of its own: each start is random, and counted up
 * from for some messages, all of which share the key that is derived from its first half. Under
 * one derived key no nonce can come twice; that two starts have the same first half is as likely
 * as it is for random nonces, of which there would be many more.
 */
export class XaesSealer {
  readonly #key: XaesKey;
  #nonce = Buffer.alloc(0);
  #derived: KeyObject | undefined;
  #left = 0;

  constructor(key: XaesKey) {
    this.#key = key;
  }

  /** @returns The nonce, the ciphertext and the tag. The nonce is overwritten by the next call. */
  seal(plaintext: Uint8Array, associatedData: Uint8Array): readonly Uint8Array[] {
    const derived = this.#next();
    const nonce = this.#nonce;
    return [nonce, ...sealGcm(derived, this.#key.gcmNonceOf(nonce), plaintext, associatedData)];
  }

  /** Forgets the derived key. */
  wipe(): void {
    this.#derived = undefined;
  }

  #next(): KeyObject {
    if (this.#derived === undefined || this.#left === 0) {
      this.#nonce = randomBytes(xaesNonceBytes);
      this.#derived = this.#key.derive(this.#nonce);
      this.#left = messagesPerStart;
    }
    this.#left -= 1;
    const counted = (this.#nonce.readUInt32BE(counterAt) + 1) % 2 ** 32;
    this.#nonce.writeUInt32BE(counted, counterAt);
    return this.#derived;
  }
}
