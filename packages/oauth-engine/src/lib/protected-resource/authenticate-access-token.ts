import { type OAuthContext } from '../context.js';
import { verifyDpopProof } from '../dpop/verify-dpop-proof.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type PresentedToken } from '../rules/presented-token.js';
import { verifyAccessToken, type VerifiedAccessToken } from '../tokens/access-token.js';
import { findTokenHolder, type TokenHolder } from '../tokens/token-holder.js';
import { challenged, type ChallengeOptions } from './challenge.js';
import { accessTokenRules as rules } from './rules.js';

/** What a resource of the organization asks of a request. */
export interface Resource {
  /** The address that was asked, from configuration: the DPoP proof is over it. */
  readonly url: string;
  /** Its resource identifier, which has to be in the token's audience. */
  readonly audience: string;
  readonly scope?: string;
  /** The parameters of the body, if the resource takes a token from there. */
  readonly form?: Parameters;
}

/** A token that is good here, and who stands behind it. */
export interface AuthenticatedToken extends VerifiedAccessToken, TokenHolder {}

/**
 * Finds out by which access token a request comes, at the userinfo endpoint or any resource of
 * the organization itself (RFC 6750, RFC 9449 §7, RFC 9068 §4). The token is ours, for this
 * audience, not revoked, its grant and its user live.
 *
 * @throws {OAuthError} `invalid_token`, `invalid_request`, `insufficient_scope`,
 *   `invalid_dpop_proof`, each with its challenge.
 */
export async function authenticateAccessToken(
  context: OAuthContext,
  request: OAuthRequest,
  resource: Resource,
): Promise<AuthenticatedToken> {
  let presented: PresentedToken | undefined;
  try {
    presented = rules.presentedToken(request, resource.form);
    if (presented !== undefined) return await check(context, request, resource, presented);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    throw challenged(error, options(context, resource, presented));
  }
  throw challenged(undefined, options(context, resource, presented));
}

function options(
  { issuer }: OAuthContext,
  { scope }: Resource,
  presented: PresentedToken | undefined,
): ChallengeOptions {
  return {
    realm: issuer,
    scheme: presented?.scheme ?? 'Bearer',
    ...(scope !== undefined && { scope }),
  };
}

async function check(
  context: OAuthContext,
  request: OAuthRequest,
  { url, audience, scope }: Resource,
  presented: PresentedToken,
): Promise<AuthenticatedToken> {
  const token = await verifyAccessToken(context, presented.token);
  if (token?.audience.includes(audience) !== true)
    throw invalidToken('not ours, or not for us');
  // The proof last: it is used up by being looked at.
  const proofKey =
    presented.scheme === 'DPoP'
      ? await verifyDpopProof(context, url, request, presented.token)
      : undefined;
  rules.tokenBinding(presented, token.dpopJkt, proofKey);
  const holder = await findTokenHolder(context, token);
  if (holder === undefined) throw invalidToken('revoked');
  if (scope !== undefined && !token.scope.includes(scope)) {
    throw new OAuthError('insufficient_scope', 'The access token has not the scope');
  }
  return { ...token, ...holder };
}

function invalidToken(detail: string): OAuthError {
  return new OAuthError('invalid_token', 'The access token is not valid here', { detail });
}
