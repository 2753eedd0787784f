import { type Application } from '../model/application.js';

/**
 * RFC 6749 §10.3, no more than is needed: a token has of its scope what its application may have
 * now. What was taken from an application since is gone.
 *
 * @returns The scope that is left.
 */
export function scopeOfApplication(
  { scopes }: Application,
  scope: readonly string[],
): readonly string[] {
  return scope.filter((name) => scopes.includes(name));
}
