import { OAuthError } from '../errors.js';

/**
 * RFC 8707 §2.2: a token request may narrow down the resources that were authorized, and asks
 * for nothing that was not. Where the authorization named none, any that the application may
 * have can be named (`resource` has checked it).
 *
 * @returns The resources for the access token.
 * @throws {OAuthError} `invalid_target`.
 */
export function resourceSubset(
  asked: readonly string[],
  authorized: readonly string[],
): readonly string[] {
  if (asked.length === 0) return authorized;
  if (authorized.length > 0 && !asked.every((one) => authorized.includes(one))) {
    throw new OAuthError('invalid_target', 'The resource was not authorized');
  }
  return asked;
}
