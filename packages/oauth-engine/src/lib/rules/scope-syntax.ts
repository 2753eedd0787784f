import { OAuthError } from '../errors.js';

/** RFC 6749 §3.3: printable ASCII without space, quote and backslash. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * RFC 6749 §3.3: the scopes of a `scope` parameter, each once.
 *
 * @throws {OAuthError} `invalid_scope`: characters that a scope has not, or other spacing.
 */
export function scopeSyntax(scope: string | undefined): readonly string[] {
  if (scope === undefined) return [];
  const tokens = scope.split(' ');
  if (!tokens.every((token) => scopeToken.test(token))) {
    throw new OAuthError('invalid_scope', 'The scope is not a list of scope tokens');
  }
  return [...new Set(tokens)];
}
