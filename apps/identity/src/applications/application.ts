import { type ApplicationType, type GrantType } from '@nomo/oauth-engine';

export const APPLICATION_TYPES = ['web', 'single_page', 'native', 'machine'] as const;
export const AUTH_METHODS = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const;
export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const satisfies readonly GrantType[];

export type AuthMethod = (typeof AUTH_METHODS)[number];

/** What its organization decides about an application. */
export interface ApplicationSettings {
  readonly name: string;
  readonly logoUrl: string | null;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri: string | null;
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] } | null;
  readonly jwksUri: string | null;
  readonly grantTypes: readonly GrantType[];
  readonly scopes: readonly string[];
  /** Identifiers of resource servers. */
  readonly resources: readonly string[];
  readonly defaultResource: string | null;
  readonly firstParty: boolean;
  /** Seconds; the organization's where it is null. */
  readonly refreshLeeway: number | null;
  readonly dpopBound: boolean;
  readonly parRequired: boolean;
  readonly mayIntrospect: boolean;
}

/** An OAuth client, without its secrets. */
export interface Application extends ApplicationSettings {
  readonly clientId: string;
  readonly type: ApplicationType;
  readonly tokenEndpointAuthMethod: AuthMethod;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disabledAt: Date | undefined;
}

/** A secret as its owner sees it: enough to tell one from another. */
export interface ApplicationSecret {
  readonly id: string;
  /** Its last four characters. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
}

/** Whether a method of authentication works with a shared secret. */
export function usesSecret(method: AuthMethod): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post';
}
