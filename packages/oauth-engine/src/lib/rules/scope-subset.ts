import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { scopeSyntax } from './scope-syntax.js';

/**
 * RFC 6749 §6: a refresh may narrow down what was granted, and asks for nothing else.
 *
 * @returns The scope of the new access token. The grant keeps its own.
 * @throws {OAuthError} `invalid_scope`.
 */
export function scopeSubset({
  parameters,
  granted,
}: {
  readonly parameters: Parameters;
  readonly granted: readonly string[];
}): readonly string[] {
  const asked = scopeSyntax(parameters.get('scope'));
  if (!asked.every((name) => granted.includes(name))) {
    throw new OAuthError('invalid_scope', 'The scope was not granted');
  }
  return asked.length === 0 ? granted : asked;
}
