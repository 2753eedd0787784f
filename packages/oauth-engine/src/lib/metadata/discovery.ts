import { type OAuthContext } from '../context.js';
import { endpointUrl } from '../endpoints.js';
import { requireMethod } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type OAuthResponse } from '../http/response.js';
import { type JsonObject } from '../model/json.js';
import { signatureAlgorithms } from '../rules/signature-algorithms.js';
import { userClaims } from '../userinfo/claims.js';
import { cacheable } from './cacheable.js';

/** Long enough to spare requests, short enough that a new setting is seen within the hour. */
const maxAgeSeconds = 300;

/**
 * What the server can do: OpenID Connect Discovery §3 and RFC 8414 §2, one document for both.
 * The second is looked for at `/.well-known/oauth-authorization-server` **before** the path of
 * the issuer (RFC 8414 §3.1), where whoever serves the engine has to answer with it too.
 *
 * @throws {OAuthError} `invalid_request`: another method than GET.
 */
export function discovery(context: OAuthContext, request: OAuthRequest): OAuthResponse {
  requireMethod('discovery', request);
  return cacheable(request, serverMetadata(context), maxAgeSeconds);
}

/** The document itself. */
export function serverMetadata({ issuer, settings }: OAuthContext): JsonObject {
  const clientAuthentication = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
  return {
    issuer,
    authorization_endpoint: endpointUrl(issuer, 'authorization'),
    pushed_authorization_request_endpoint: endpointUrl(issuer, 'pushedAuthorization'),
    token_endpoint: endpointUrl(issuer, 'token'),
    userinfo_endpoint: endpointUrl(issuer, 'userinfo'),
    jwks_uri: endpointUrl(issuer, 'jwks'),
    introspection_endpoint: endpointUrl(issuer, 'introspection'),
    revocation_endpoint: endpointUrl(issuer, 'revocation'),
    device_authorization_endpoint: endpointUrl(issuer, 'deviceAuthorization'),
    end_session_endpoint: endpointUrl(issuer, 'endSession'),

    scopes_supported: settings.scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3
    authorization_response_iss_parameter_supported: true,

    token_endpoint_auth_methods_supported: ['none', ...clientAuthentication],
    token_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    introspection_endpoint_auth_methods_supported: clientAuthentication,
    introspection_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    revocation_endpoint_auth_methods_supported: ['none', ...clientAuthentication],
    revocation_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    dpop_signing_alg_values_supported: signatureAlgorithms,

    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claim_types_supported: ['normal'],
    claims_supported: [
      ...['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid'],
      ...userClaims,
    ],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    // Without it the default is true (OpenID Connect Discovery §3).
    request_uri_parameter_supported: false,
    ...(settings.acrValues.length > 0 && { acr_values_supported: settings.acrValues }),
    ...(settings.uiLocales.length > 0 && { ui_locales_supported: settings.uiLocales }),
    display_values_supported: ['page', 'popup', 'touch', 'wap'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],

    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    // RFC 9728 §4
    protected_resources: settings.resources.map(({ identifier }) => identifier),
  };
}
