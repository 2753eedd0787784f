import { noStore, type OAuthResponse } from './http/response.js';

/** Every public code that the engine answers with, and its usual status. */
const statuses = {
  // RFC 6749 §4.1.2.1 and §5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  access_denied: 400,
  // RFC 8707 §2
  invalid_target: 400,
  // OpenID Connect Core §3.1.2.6
  login_required: 400,
  consent_required: 400,
  account_selection_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  invalid_request_uri: 400,
  registration_not_supported: 400,
  // OpenID Connect Core Unmet Authentication Requirements
  unmet_authentication_requirements: 400,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 9449
  invalid_dpop_proof: 400,
  // RFC 8628 §3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
} as const;

export type OAuthErrorCode = keyof typeof statuses;

export interface OAuthErrorOptions {
  /** For the log alone: may name internals, never a secret. */
  readonly detail?: string;
  readonly status?: number;
  /** Beside `Cache-Control: no-store`: a challenge, an `Allow`. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer says nothing but its status and headers (RFC 6750 §3.1). */
  readonly withoutBody?: boolean;
  readonly cause?: unknown;
}

/**
 * A refusal. `code` is what the client reads as `error`: stable, switch on it. `description` is
 * what it reads as `error_description`: fixed text, never anything that was sent (RFC 6749 §5.2
 * allows it few characters, and an error page shows it). `detail` is for the log.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly description: string;
  readonly detail: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #withoutBody: boolean;

  constructor(code: OAuthErrorCode, description: string, options: OAuthErrorOptions = {}) {
    super(`${code}: ${description}`, { cause: options.cause });
    this.name = 'OAuthError';
    this.code = code;
    this.description = description;
    this.detail = options.detail;
    this.status = options.status ?? statuses[code];
    this.headers = options.headers ?? {};
    this.#withoutBody = options.withoutBody ?? false;
  }

  /** The answer of an endpoint that programs call (RFC 6749 §5.2). */
  toResponse(): OAuthResponse {
    if (this.#withoutBody) {
      return { status: this.status, headers: { ...noStore, ...this.headers } };
    }
    return {
      status: this.status,
      headers: { 'content-type': 'application/json', ...noStore, ...this.headers },
      body: { error: this.code, error_description: this.description },
    };
  }
}
