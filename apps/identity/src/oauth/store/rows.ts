import {
  type Application,
  type ApplicationType,
  type Authorization,
  type ClientAuthentication,
  type Grant,
  type GrantType,
  type RefreshToken,
  type RevocationReason,
  type User,
} from '@nomo/oauth-engine';
import { type AuthMethod } from '../../applications/application.js';
import { type Realm } from '../../realms/realm.js';

/** A row of `applications` with its secrets, as `to_jsonb` writes it. */
export interface ApplicationRow {
  readonly id: string;
  readonly type: ApplicationType;
  readonly name: string;
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly backchannel_logout_uri: string | null;
  readonly token_endpoint_auth_method: AuthMethod;
  readonly jwks: { readonly keys: Record<string, unknown>[] } | null;
  readonly jwks_uri: string | null;
  readonly grant_types: readonly GrantType[];
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly default_resource: string | null;
  readonly first_party: boolean;
  readonly refresh_leeway: number | null;
  readonly dpop_bound: boolean;
  readonly par_required: boolean;
  readonly may_introspect: boolean;
  readonly secrets: readonly {
    /** In hex. */
    readonly digest: string;
    readonly expires_at: string | null;
  }[];
}

/** What a row means to the engine at a moment: a secret that has expired is none. */
export function applicationOf(row: ApplicationRow, realm: Realm, now: Date): Application {
  return {
    clientId: row.id,
    mode: realm.mode,
    type: row.type,
    name: row.name,
    firstParty: row.first_party,
    authentication: authenticationOf(row, now),
    grantTypes: row.grant_types,
    redirectUris: row.redirect_uris,
    postLogoutRedirectUris: row.post_logout_redirect_uris,
    ...(row.backchannel_logout_uri !== null && {
      backchannelLogoutUri: row.backchannel_logout_uri,
    }),
    scopes: row.scopes,
    resources: row.resources,
    ...(row.default_resource !== null && { defaultResource: row.default_resource }),
    requirePushedAuthorizationRequests: row.par_required,
    requireDpop: row.dpop_bound,
    refreshLeewaySeconds: row.refresh_leeway ?? realm.settings.refreshLeeway,
    mayIntrospect: row.may_introspect,
  };
}

function authenticationOf(row: ApplicationRow, now: Date): ClientAuthentication {
  const method = row.token_endpoint_auth_method;
  switch (method) {
    case 'none':
      return { method };
    case 'client_secret_basic':
    case 'client_secret_post':
      return {
        method,
        secretDigests: row.secrets
          .filter(({ expires_at: end }) => end === null || new Date(end) > now)
          .map(({ digest }) => Buffer.from(digest, 'hex')),
      };
    case 'private_key_jwt':
      return row.jwks_uri === null
        ? { method, jwks: row.jwks ?? { keys: [] } }
        : { method, jwksUri: row.jwks_uri };
  }
}

/** A row of `users`, by itself or as `to_jsonb` writes it. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string | null;
  readonly updated_at: string | Date;
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    claims: {
      ...(row.name !== null && { name: row.name }),
      email: row.email,
      email_verified: row.email_verified,
      updated_at: Math.floor(new Date(row.updated_at).getTime() / 1_000),
    },
  };
}

/** An authorization, as JSON keeps it. */
export type AuthorizationJson = Omit<Authorization, 'authenticatedAt'> & {
  readonly authenticatedAt: string;
};

export function authorizationOf(json: AuthorizationJson): Authorization {
  return { ...json, authenticatedAt: new Date(json.authenticatedAt) };
}

/** A row of `grants`, by itself or as `to_jsonb` writes it. */
export interface GrantRow {
  readonly id: string;
  readonly authorization: AuthorizationJson;
  readonly dpop_jkt: string | null;
  readonly created_at: string | Date;
  readonly expires_at: string | Date;
  readonly revoked_at: string | Date | null;
  readonly revoked_reason: RevocationReason | null;
}

export function grantOf(row: GrantRow): Grant {
  return {
    id: row.id,
    authorization: authorizationOf(row.authorization),
    ...(row.dpop_jkt !== null && { dpopJkt: row.dpop_jkt }),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    ...(row.revoked_at !== null && {
      revocation: {
        at: new Date(row.revoked_at),
        // Every revocation says why; a row that does not was changed by hand.
        reason: row.revoked_reason ?? 'revoked_by_operator',
      },
    }),
  };
}

export interface RefreshTokenRow {
  readonly grant_id: string;
  readonly issued_at: Date;
  readonly token_expires_at: Date;
}

export function refreshTokenOf(digest: Uint8Array, row: RefreshTokenRow): RefreshToken {
  return {
    digest,
    grantId: row.grant_id,
    issuedAt: row.issued_at,
    expiresAt: row.token_expires_at,
  };
}
