import type { JSONWebKeySet } from 'jose';

/** Live and test are two worlds: an application, a user or a token of one is unknown in the other. */
export type Mode = 'live' | 'test';

/** What an application runs on, which decides whether it can keep a secret (RFC 6749 §2.1). */
export type ApplicationType = 'web' | 'single_page' | 'native' | 'machine';

/** The grants that exist here. There is no implicit flow and no password grant (OAuth 2.1 §10). */
export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * The one way in which an application authenticates itself, with what it is checked against.
 * Another way than the registered one is refused, however right the secret.
 */
export type ClientAuthentication =
  | { readonly method: 'none' }
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post';
      /** SHA-256 of each secret that is valid now; two while one replaces the other. */
      readonly secretDigests: readonly Uint8Array[];
    }
  | { readonly method: 'private_key_jwt'; readonly jwks: JSONWebKeySet }
  /** It publishes its keys; the `ClientKeys` port fetches them. */
  | { readonly method: 'private_key_jwt'; readonly jwksUri: string };

/** An OAuth client, as its organization registered it. */
export interface Application {
  readonly clientId: string;
  readonly mode: Mode;
  readonly type: ApplicationType;
  readonly name: string;
  /** Of the organization itself: its users are not asked for consent. */
  readonly firstParty: boolean;
  readonly authentication: ClientAuthentication;
  readonly grantTypes: readonly GrantType[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Where it is told that a session ended (OpenID Connect Back-Channel Logout §2.2). */
  readonly backchannelLogoutUri?: string;
  /** The scopes it may ask for. */
  readonly scopes: readonly string[];
  /** The resource indicators it may ask for, and the one that is meant when it names none. */
  readonly resources: readonly string[];
  readonly defaultResource?: string;
  /** It has to push its authorization requests (RFC 9126 §6). */
  readonly requirePushedAuthorizationRequests: boolean;
  /** It gets tokens bound to a DPoP key only (RFC 9449 §5.2). */
  readonly requireDpop: boolean;
  /**
   * For how many seconds a consumed refresh token shown again gets its successor once more.
   * 0 to 30; 0 is strict: whoever shows it again has replayed it.
   */
  readonly refreshLeewaySeconds: number;
  /** May learn about tokens that were issued to others: a resource server (RFC 7662 §2.1). */
  readonly mayIntrospect: boolean;
}
