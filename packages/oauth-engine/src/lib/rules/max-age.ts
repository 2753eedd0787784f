import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';

/** Ten digits are three hundred years. */
const wholeSeconds = /^\d{1,10}$/;

/**
 * OpenID Connect Core §3.1.2.1: how long ago, in seconds, the user may have authenticated.
 *
 * @throws {OAuthError} `invalid_request`: no whole number of seconds.
 */
export function maxAge({ parameters }: AuthorizationInput): number | undefined {
  const value = parameters.get('max_age');
  if (value === undefined) return undefined;
  if (!wholeSeconds.test(value)) {
    throw new OAuthError('invalid_request', 'The maximum age is not a whole number of seconds');
  }
  return Number(value);
}
