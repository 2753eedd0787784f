import { OAuthError } from '../errors.js';
import { signatureAlgorithms } from '../rules/signature-algorithms.js';

/** What the resource would have, for the challenge. */
export interface ChallengeOptions {
  readonly realm: string;
  readonly scope?: string;
  /** The error belongs to the scheme that was used. */
  readonly scheme: 'Bearer' | 'DPoP';
}

/** Statuses at a resource (RFC 6750 §3.1; RFC 9449 §7.1): not those of the token endpoint. */
const statuses: Partial<Record<OAuthError['code'], number>> = {
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  insufficient_scope: 403,
};

/**
 * The refusal of a resource: the error with the challenges of RFC 6750 §3 and RFC 9449 §7.1.
 *
 * @param error - Undefined where no token was presented: then nothing is said of errors.
 */
export function challenged(
  error: OAuthError | undefined,
  { realm, scope, scheme }: ChallengeOptions,
): OAuthError {
  const words = (of: 'Bearer' | 'DPoP'): string =>
    [
      `realm="${realm}"`,
      ...(error !== undefined && of === scheme
        ? [`error="${error.code}"`, `error_description="${error.description}"`]
        : []),
      ...(scope === undefined ? [] : [`scope="${scope}"`]),
      ...(of === 'DPoP' ? [`algs="${signatureAlgorithms.join(' ')}"`] : []),
    ].join(', ');
  const { code, description, detail } =
    error ?? new OAuthError('invalid_token', 'An access token is needed');
  return new OAuthError(code, description, {
    status: statuses[code] ?? 401,
    headers: { 'www-authenticate': `Bearer ${words('Bearer')}, DPoP ${words('DPoP')}` },
    withoutBody: error === undefined,
    ...(detail !== undefined && { detail }),
    cause: error,
  });
}
