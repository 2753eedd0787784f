/** What an organization decides for all its applications. Lifetimes in seconds. */
export interface Settings {
  readonly lifetimes: Lifetimes;
  /** Every scope that exists, `openid` and `offline_access` among them. */
  readonly scopes: readonly string[];
  /** Every resource server that tokens can be made for. */
  readonly resources: readonly Resource[];
  /** Authentication context classes that sign-in can reach, weakest first. */
  readonly acrValues: readonly string[];
  readonly uiLocales: readonly string[];
}

/** A protected resource (RFC 8707 §2, RFC 9728). */
export interface Resource {
  /** Its identifier, an absolute URI without a fragment: the audience of its tokens. */
  readonly identifier: string;
  /** The scopes that mean something to it. */
  readonly scopes: readonly string[];
}

export interface Lifetimes {
  /** At most 60 is what RFC 9700 §2.1.1 would have; OAuth 2.1 allows ten minutes. */
  readonly authorizationCode: number;
  readonly pushedRequest: number;
  readonly accessToken: number;
  readonly idToken: number;
  /** Of one refresh token, from its issue: how long an application may be idle. */
  readonly refreshToken: number;
  /** Of the whole grant. */
  readonly grant: number;
  readonly deviceCode: number;
}

export const defaultLifetimes: Lifetimes = {
  authorizationCode: 60,
  pushedRequest: 60,
  accessToken: 600,
  idToken: 600,
  refreshToken: 14 * 86_400,
  grant: 90 * 86_400,
  deviceCode: 600,
};
