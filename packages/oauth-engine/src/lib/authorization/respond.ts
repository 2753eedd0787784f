import { type OAuthContext } from '../context.js';
import { type OAuthError } from '../errors.js';
import { type AuthorizationOutcome } from './outcome.js';

/** Where and how an application is answered. Only for redirect URIs that were found registered. */
export interface AnswerTo {
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'form_post';
  readonly state?: string;
}

/** RFC 6749 §4.1.2, with the issuer (RFC 9207 §2), so that no other server's code is taken for ours. */
export function respondWithCode(
  context: OAuthContext,
  to: AnswerTo,
  code: string,
): AuthorizationOutcome {
  return respond(context, to, { code });
}

/** RFC 6749 §4.1.2.1: the application hears of the refusal. */
export function respondWithError(
  context: OAuthContext,
  to: AnswerTo,
  refusal: OAuthError,
): AuthorizationOutcome {
  const { code, description } = refusal;
  return { ...respond(context, to, { error: code, error_description: description }), refusal };
}

function respond(
  { issuer }: OAuthContext,
  { redirectUri, responseMode, state }: AnswerTo,
  answer: Readonly<Record<string, string>>,
): AuthorizationOutcome & { readonly kind: 'redirect' | 'form_post' } {
  const fields = { ...answer, ...(state !== undefined && { state }), iss: issuer };
  if (responseMode === 'form_post') return { kind: 'form_post', action: redirectUri, fields };
  // Appended as text: a registered query stays as it is (RFC 6749 §3.1.2).
  const separator = redirectUri.includes('?') ? '&' : '?';
  const location = `${redirectUri}${separator}${new URLSearchParams(fields).toString()}`;
  return { kind: 'redirect', status: 303, location };
}
