/** A browser that is signed in. */
export interface Session {
  /** Its public name, and the `sid` of ID tokens. */
  readonly id: string;
  readonly userId: string;
  /** When its user last proved who they are. */
  readonly authenticatedAt: Date;
  readonly acr: string | undefined;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** It ends then, or earlier when nobody uses it. */
  readonly expiresAt: Date;
  readonly idleExpiresAt: Date;
  readonly revokedAt: Date | undefined;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export type SessionEnd =
  'signed_out' | 'revoked_by_operator' | 'user_deactivated' | 'password_changed' | 'replaced';
