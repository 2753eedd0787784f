import { type Parameters } from '../http/parameters.js';

/**
 * RFC 6749 §3.1 and §3.2: no parameter is sent more than once, but `resource` (RFC 8707 §2).
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function repeatedParameters({ parameters }: { readonly parameters: Parameters }): void {
  parameters.refuseRepeated();
}
