/** What a request asked for by the `claims` parameter (OpenID Connect Core §5.5), as understood. */
export interface ClaimsRequest {
  readonly userinfo: readonly string[];
  readonly idToken: readonly string[];
  /** The one user who may answer (§5.5.1, `sub` with a value). */
  readonly subject?: string;
  /** One of these has to be reached (§5.5.1.1, an essential `acr`). */
  readonly essentialAcr?: readonly string[];
}

/**
 * What a user allowed an application. It travels from the authorization request to the code or
 * device code, and from there to the grant and its tokens.
 */
export interface Authorization {
  readonly clientId: string;
  readonly userId: string;
  /** The session at which the user allowed it: `sid` in ID tokens and logout tokens. */
  readonly sessionId: string;
  readonly scope: readonly string[];
  /** Resource indicators (RFC 8707); empty where none was named. */
  readonly resources: readonly string[];
  /** When the user last authenticated: `auth_time`. */
  readonly authenticatedAt: Date;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly nonce?: string;
  readonly claims?: ClaimsRequest;
}

/** An authorization code, as stored: never the code itself. */
export interface AuthorizationCode {
  /** SHA-256 of the code. */
  readonly digest: Uint8Array;
  readonly authorization: Authorization;
  readonly redirectUri: string;
  /** The S256 challenge (RFC 7636 §4.2). Plain does not exist here. */
  readonly codeChallenge: string;
  /** The thumbprint of the DPoP key that has to redeem it (RFC 9449 §10). */
  readonly dpopJkt?: string;
  readonly expiresAt: Date;
}

/** A pushed authorization request (RFC 9126), as stored. */
export interface PushedRequest {
  /** SHA-256 of the reference, the last part of the `request_uri`. */
  readonly digest: Uint8Array;
  readonly clientId: string;
  /** The parameters that were pushed, in order. Checked again when they are used. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly expiresAt: Date;
}

/** What an application may have of a user, as the user is asked for it and as it is kept. */
export interface Access {
  readonly scope: readonly string[];
  /**
   * At which resource servers: `{resource}`, and `{resource} {scope}` for each scope there. Two
   * resource servers may have scopes of one name, so the scopes alone do not say.
   */
  readonly resourceScope: readonly string[];
}

/** A user's decision, kept so that the same question is not asked twice. */
export interface Consent extends Access {
  readonly userId: string;
  readonly clientId: string;
}
