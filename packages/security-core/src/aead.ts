import { requireObject } from './lib/contract.js';
import { gcmKey, gcmNonceBytes, openGcm, sealGcm } from './lib/gcm.js';
import { XaesKey, xaesNonceBytes } from './lib/xaes-key.js';

/** What goes into sealing, and with the sealed bytes in place of the plaintext into opening. */
export interface AeadInput {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes for AES-256-GCM, 24 for XAES-256-GCM. Never the same twice under one key. */
  readonly nonce: Uint8Array;
  /** Authenticated, not encrypted, not contained in the result. Empty by default. */
  readonly associatedData?: Uint8Array;
}

/** An authenticated cipher whose sealed bytes are the ciphertext followed by a 16-byte tag. */
export interface Aead {
  readonly name: 'aes-256-gcm' | 'xaes-256-gcm';
  readonly nonceBytes: 12 | 24;
  /** @throws {InvalidArgument} Key or nonce have another length than the cipher's. */
  readonly seal: (plaintext: Uint8Array, input: AeadInput) => Uint8Array;
  /**
   * @throws {InauthenticBox} A bit of anything differs from when it was sealed.
   * @throws {InvalidArgument} Key or nonce have another length than the cipher's.
   */
  readonly open: (sealed: Uint8Array, input: AeadInput) => Uint8Array;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with nonces of 12 and tags of 16 bytes, nothing else. With
 * random nonces one key is good for 2^32 messages; `xaes256Gcm` needs no counting.
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { aes256Gcm } from '@nomo/security-core/aead';
 *
 * const input = { key: randomBytes(32), nonce: randomBytes(12) };
 * const sealed = aes256Gcm.seal(new TextEncoder().encode('attack at dawn'), input);
 * new TextDecoder().decode(aes256Gcm.open(sealed, input)); // 'attack at dawn'
 * ```
 */
export const aes256Gcm: Aead = {
  name: 'aes-256-gcm',
  nonceBytes: gcmNonceBytes,
  seal: (plaintext, input) => {
    const { key, nonce, associatedData } = checked(input);
    return Buffer.concat(sealGcm(gcmKey(key), nonce, plaintext, associatedData));
  },
  open: (sealed, input) => {
    const { key, nonce, associatedData } = checked(input);
    return openGcm(gcmKey(key), nonce, sealed, associatedData);
  },
};

/**
 * XAES-256-GCM: AES-256-GCM under a key derived from the first half of a 24-byte nonce. Nonces
 * may be random for as many messages as anybody has (2^80).
 * Source: https://c2sp.org/XAES-256-GCM
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { xaes256Gcm } from '@nomo/security-core/aead';
 *
 * const input = { key: randomBytes(32), nonce: randomBytes(24) };
 * const sealed = xaes256Gcm.seal(new TextEncoder().encode('attack at dawn'), input);
 * new TextDecoder().decode(xaes256Gcm.open(sealed, input)); // 'attack at dawn'
 * ```
 */
export const xaes256Gcm: Aead = {
  name: 'xaes-256-gcm',
  nonceBytes: xaesNonceBytes,
  seal: (plaintext, input) => {
    const { key, ...rest } = checked(input);
    return Buffer.concat(new XaesKey(key).seal(plaintext, rest));
  },
  open: (sealed, input) => {
    const { key, ...rest } = checked(input);
    return new XaesKey(key).open(sealed, rest);
  },
};

function checked(input: AeadInput): AeadInput {
  requireObject(input, 'The input of a cipher');
  return input;
}
