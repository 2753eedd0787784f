import { type Authorization } from './authorization.js';

/**
 * One authorization of one application, once it was redeemed: the token family. Every refresh
 * token and every access token that descends from it dies with it.
 */
export interface Grant {
  readonly id: string;
  readonly authorization: Authorization;
  /** The thumbprint of the DPoP key its refresh tokens are bound to (RFC 9449 §5). */
  readonly dpopJkt?: string;
  readonly createdAt: Date;
  /** After this no refresh token of it works any more. */
  readonly expiresAt: Date;
  readonly revocation?: { readonly at: Date; readonly reason: RevocationReason };
}

/** Why a grant is dead. */
export type RevocationReason =
  | 'authorization_code_replayed'
  | 'refresh_token_replayed'
  | 'revoked_by_application'
  | 'revoked_by_user'
  | 'revoked_by_operator'
  | 'signed_out'
  | 'user_deactivated';

/** A refresh token, as stored, without the state that a conditional statement decides. */
export interface RefreshToken {
  /** SHA-256 of the token. */
  readonly digest: Uint8Array;
  readonly grantId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}
