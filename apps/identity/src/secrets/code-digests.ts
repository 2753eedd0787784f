import { codeDigest } from '@nomo/security-core';

/** Digests of codes so short that they could be found from a plain digest by trying all. */
export class CodeDigests {
  readonly #key: Uint8Array;

  /** @param key 32 bytes in base64 or base64url */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'base64url');
  }

  /**
   * @param purpose what the code is for and whose it is
   * @returns 32 bytes
   */
  digest(purpose: string, code: string): Uint8Array {
    return codeDigest({ key: this.#key, purpose, code });
  }
}
