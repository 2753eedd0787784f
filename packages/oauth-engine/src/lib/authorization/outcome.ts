import { type OAuthError } from '../errors.js';
import { type Access } from '../model/authorization.js';
import { type AuthorizationRequest } from './authorization-request.js';

/** What to do about an authorization request. Whatever it is, nobody may cache it. */
export type AuthorizationOutcome =
  /** Send the browser to the application: 303, so that a POST is not repeated (RFC 9700 §4.12). */
  | {
      readonly kind: 'redirect';
      readonly status: 303;
      readonly location: string;
      /** What the application is told of, with its detail for the log. */
      readonly refusal?: OAuthError;
    }
  /** Show a form that sends itself (OAuth 2.0 Form Post Response Mode). */
  | {
      readonly kind: 'form_post';
      readonly action: string;
      readonly fields: Readonly<Record<string, string>>;
      readonly refusal?: OAuthError;
    }
  /** Keep the request, ask the user, and come back with `resumeAuthorization`. */
  | {
      readonly kind: 'interaction';
      readonly ask: Interaction;
      readonly request: AuthorizationRequest;
    }
  /** Application or redirect URI are unknown: never redirect (RFC 6749 §4.1.2.1). */
  | { readonly kind: 'error_page'; readonly refusal: OAuthError };

/** What the user has to do before there is an answer. */
export type Interaction =
  | { readonly page: 'login' }
  | { readonly page: 'select_account'; readonly userId: string }
  /** To all of `access`, whatever of it they consented to before: that is what they are shown. */
  | { readonly page: 'consent'; readonly userId: string; readonly access: Access };
