import { type OAuthContext } from '../context.js';

/** What an access token says (RFC 9068 §2.2). */
export interface AccessTokenSubject {
  readonly clientId: string;
  /** The user, or the application itself where it acts for nobody. */
  readonly subject: string;
  readonly audience: readonly string[];
  readonly scope: readonly string[];
  /** The grant it descends from; none for client credentials. */
  readonly grantId?: string;
  readonly authenticatedAt?: Date;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The thumbprint of the DPoP key it is bound to (RFC 9449 §6.1). */
  readonly dpopJkt?: string;
}

/** An access token as it was found good: signature, type, issuer, mode and lifetime are right. */
export interface VerifiedAccessToken extends AccessTokenSubject {
  readonly jti: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs an access token. */
export type IssueAccessToken = (
  context: OAuthContext,
  subject: AccessTokenSubject,
) => Promise<{ readonly token: string; readonly jti: string; readonly expiresIn: number }>;
