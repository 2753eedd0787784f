import { type OAuthContext } from '../context.js';
import { type JsonObject } from '../model/json.js';
import { signatureAlgorithms } from '../rules/signature-algorithms.js';

/**
 * What a protected resource of the organization says of itself (RFC 9728 §2): who issues its
 * tokens, and how they are presented.
 *
 * @param identifier - Of one of the resources in the settings.
 * @returns Undefined for any other.
 */
export function protectedResourceMetadata(
  { issuer, settings }: OAuthContext,
  identifier: string,
): JsonObject | undefined {
  const resource = settings.resources.find((one) => one.identifier === identifier);
  return (
    resource && {
      resource: resource.identifier,
      authorization_servers: [issuer],
      scopes_supported: resource.scopes,
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: signatureAlgorithms,
    }
  );
}

/**
 * Where the metadata of a resource is looked for (RFC 9728 §3.1).
 *
 * @param identifier - A URL.
 * @returns The well-known path between its host and its own path.
 */
export function protectedResourceMetadataUrl(identifier: string): string {
  const url = new URL(identifier);
  const path = url.pathname === '/' ? '' : url.pathname;
  url.pathname = `/.well-known/oauth-protected-resource${path}`;
  return url.href;
}
