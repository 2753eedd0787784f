/**
 * Remembers one-time identifiers of signed statements: DPoP proofs (RFC 9449 §11.1), client
 * assertions (RFC 7523 §3). Stands outside the transaction, so that it may live elsewhere.
 */
export interface ReplayRegister {
  /**
   * Atomic: true the first time, false when it is known already.
   *
   * @param entry.scope - Whose identifiers these are: the application, or the key's thumbprint.
   * @param entry.expiresAt - From then on the statement is refused for its age, and may be forgotten.
   */
  remember(entry: {
    readonly kind: 'dpop_proof' | 'client_assertion';
    readonly scope: string;
    readonly jti: string;
    readonly expiresAt: Date;
  }): Promise<boolean>;
}
