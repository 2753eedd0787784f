import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';

/**
 * RFC 9068 §3: whom an access token is for. Exactly the resources that were named; where none
 * was, the application's default one, and with `openid` the userinfo endpoint, whose resource
 * identifier is the issuer.
 */
export function audience({
  context,
  application,
  resources,
  scope,
}: {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly resources: readonly string[];
  readonly scope: readonly string[];
}): readonly [string, ...string[]] {
  const [first, ...others] = resources;
  if (first !== undefined) return [first, ...others];
  const fallback = application.defaultResource;
  if (fallback === undefined) return [context.issuer];
  return scope.includes('openid') ? [fallback, context.issuer] : [fallback];
}
