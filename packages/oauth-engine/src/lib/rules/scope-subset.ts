import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';
import { scopeSyntax } from './scope-syntax.js';

/**
 * RFC 6749 §6: a refresh may narrow down what was granted, and asks for nothing else. What was
 * taken from the application since is gone.
 *
 * @returns The scope of the new access token. The grant keeps its own.
 * @throws {OAuthError} `invalid_scope`.
 */
export function scopeSubset({
  application,
  parameters,
  granted,
}: {
  readonly application: Application;
  readonly parameters: Parameters;
  readonly granted: readonly string[];
}): readonly string[] {
  const asked = scopeSyntax(parameters.get('scope'));
  if (!asked.every((name) => granted.includes(name))) {
    throw new OAuthError('invalid_scope', 'The scope was not granted');
  }
  const wanted = asked.length === 0 ? granted : asked;
  return wanted.filter((name) => application.scopes.includes(name));
}
