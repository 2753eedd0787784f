import { type AuthorizationRequest } from './authorization-request.js';

/** What to do about an authorization request. */
export type AuthorizationOutcome =
  /** Send the browser to the application: 303, so that a POST is not repeated (RFC 9700 §4.12). */
  | { readonly kind: 'redirect'; readonly status: 303; readonly location: string }
  /** Show a form that sends itself (OAuth 2.0 Form Post Response Mode). */
  | {
      readonly kind: 'form_post';
      readonly action: string;
      readonly fields: Readonly<Record<string, string>>;
    }
  /** Keep the request, ask the user, and come back with `resumeAuthorization`. */
  | {
      readonly kind: 'interaction';
      readonly ask: 'login' | 'consent' | 'select_account';
      readonly request: AuthorizationRequest;
      /** Consent: the scopes that the user has not consented to yet. */
      readonly newScope: readonly string[];
    }
  /** Application or redirect URI are unknown: never redirect (RFC 6749 §4.1.2.1). */
  | {
      readonly kind: 'error_page';
      readonly status: number;
      readonly error: string;
      readonly description: string;
    };
