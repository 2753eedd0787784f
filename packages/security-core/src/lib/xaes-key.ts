import { createCipheriv, type Cipheriv, type KeyObject } from 'node:crypto';

import {
  gcmKey,
  gcmNonceBytes,
  keyBytes,
  openGcm,
  requireLength,
  sealGcm,
  type SealedParts,
} from './gcm.js';

export const xaesNonceBytes = 24;

interface XaesInput {
  readonly nonce: Uint8Array;
  readonly associatedData?: Uint8Array;
}

/**
 * A key of XAES-256-GCM. Holds what does not depend on the message, done once.
 * Source: https://c2sp.org/XAES-256-GCM
 */
export class XaesKey {
  /** ECB keeps nothing from one block to the next, so one cipher serves every derivation. */
  readonly #blocks: Cipheriv;
  /** The two blocks that every derivation encrypts, before the nonce is added to them. */
  readonly #template: Buffer;
  /** Where the nonce is added to them: written anew for each derivation. */
  readonly #scratch = Buffer.alloc(32);

  constructor(key: Uint8Array) {
    requireLength(key, keyBytes, 'The key');
    this.#blocks = createCipheriv('aes-256-ecb', key, null);
    const subkey = double(this.#blocks.update(Buffer.alloc(16)));
    this.#template = Buffer.concat([subkey, subkey]);
    for (const [block, counter] of [1, 2].entries()) {
      // 0x00, the counter, 'X', 0x00; the rest of the block is the nonce's first half.
      const at = block * 16;
      this.#template[at + 1] = this.#template.readUInt8(at + 1) ^ counter;
      this.#template[at + 2] = this.#template.readUInt8(at + 2) ^ 0x58;
    }
    subkey.fill(0);
  }

  seal(plaintext: Uint8Array, { nonce, associatedData }: XaesInput): SealedParts {
    return sealGcm(this.derive(nonce), this.gcmNonceOf(nonce), plaintext, associatedData);
  }

  open(sealed: Uint8Array, { nonce, associatedData }: XaesInput): Uint8Array {
    return openGcm(this.derive(nonce), this.gcmNonceOf(nonce), sealed, associatedData);
  }

  /** The key of AES-256-GCM for all nonces that begin with the same half. */
  derive(nonce: Uint8Array): KeyObject {
    const bytes = this.#derive(nonce);
    const key = gcmKey(bytes);
    bytes.fill(0);
    return key;
  }

  /** What of a nonce AES-256-GCM has for its own. */
  gcmNonceOf(nonce: Uint8Array): Uint8Array {
    return nonce.subarray(gcmNonceBytes);
  }

  /** Forgets what was computed from the key, as far as it lies in memory of ours. */
  wipe(): void {
    this.#template.fill(0);
    this.#scratch.fill(0);
  }

  #derive(nonce: Uint8Array): Buffer {
    requireLength(nonce, xaesNonceBytes, 'The nonce');
    const blocks = this.#scratch;
    blocks.set(this.#template);
    for (let index = 0; index < gcmNonceBytes; index += 1) {
      const byte = nonce[index] as number;
      blocks[4 + index] = (blocks[4 + index] as number) ^ byte;
      blocks[20 + index] = (blocks[20 + index] as number) ^ byte;
    }
    return this.#blocks.update(blocks);
  }
}

/** Doubling in GF(2^128), as CMAC does. Source: NIST SP 800-38B, section 6.1 */
function double(block: Uint8Array): Buffer {
  const value = BigInt(`0x${Buffer.from(block).toString('hex')}`);
  const doubled = BigInt.asUintN(128, value << 1n) ^ (value >> 127n === 1n ? 0x87n : 0n);
  return Buffer.from(doubled.toString(16).padStart(32, '0'), 'hex');
}
