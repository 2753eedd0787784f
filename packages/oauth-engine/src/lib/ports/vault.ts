/** Keys that are kept apart from the database. */
export interface Vault {
  /** Encrypts and authenticates; `context` says what it is and whose, and has to be the same to open. */
  seal(plaintext: Uint8Array, context: string): Promise<Uint8Array>;
  /** Undefined if it does not open. */
  open(sealed: Uint8Array, context: string): Promise<Uint8Array | undefined>;
  /** Keyed digest of a short code that could be found from a plain one by trying all. */
  codeDigest(purpose: string, code: string): Uint8Array;
}
