/** The two sides of an organization, which share nothing but its name. */
export type Mode = 'live' | 'test';

/**
 * One side of one organization: what an issuer stands for. A path names it, and everything that
 * is read or written for a request belongs to it.
 */
export interface Realm {
  readonly orgId: string;
  readonly mode: Mode;
  /** The first part of the path. */
  readonly slug: string;
  /** `{BASE_URL}/{slug}`. */
  readonly issuer: string;
  /** The audience of tokens for the management API. */
  readonly managementAudience: string;
  readonly name: string;
  readonly branding: Branding;
  readonly settings: RealmSettings;
}

export interface Branding {
  readonly logoUrl: string | undefined;
  /** `#rrggbb`, both. */
  readonly primaryColor: string;
  readonly backgroundColor: string;
}

/** Lifetimes and leeways in seconds. */
export interface RealmSettings {
  readonly accessTokenTtl: number;
  readonly idTokenTtl: number;
  readonly refreshTokenIdleTtl: number;
  readonly refreshTokenTtl: number;
  readonly sessionIdleTtl: number;
  readonly sessionTtl: number;
  readonly refreshLeeway: number;
  readonly signingKeyDays: number;
  /** Characters that a new password has at least. */
  readonly passwordMinLength: number;
}

/** What a row of one realm carries. */
export type RealmKey = Pick<Realm, 'orgId' | 'mode'>;
