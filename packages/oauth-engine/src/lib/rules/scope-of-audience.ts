import { type OAuthContext } from '../context.js';

/**
 * RFC 9068 §2.2.3: every scope in an access token means something to one of those whom it is for.
 * A scope that no resource server claims belongs to the organization itself, the issuer.
 *
 * @returns The scope of the access token.
 */
export function scopeOfAudience(
  { issuer, settings: { resources } }: OAuthContext,
  scope: readonly string[],
  audience: readonly string[],
): readonly string[] {
  const meansSomethingTo = (identifier: string, name: string): boolean =>
    identifier === issuer
      ? !resources.some(({ scopes }) => scopes.includes(name))
      : resources.some((one) => one.identifier === identifier && one.scopes.includes(name));
  return scope.filter((name) => audience.some((one) => meansSomethingTo(one, name)));
}
