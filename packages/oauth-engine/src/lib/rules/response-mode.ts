import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/**
 * OAuth 2.0 Multiple Response Type Encoding Practices §2.1 and Form Post Response Mode: `query`,
 * which is the default of a code, or `form_post`.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function responseMode({ parameters }: AuthorizationInput): 'query' | 'form_post' {
  const mode = parameters.get('response_mode') ?? 'query';
  if (mode !== 'query' && mode !== 'form_post') {
    throw new OAuthError('invalid_request', 'The response modes are query and form_post');
  }
  return mode;
}
