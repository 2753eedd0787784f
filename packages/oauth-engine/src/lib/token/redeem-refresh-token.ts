import { sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { type OAuthResponse } from '../http/response.js';
import { type RefreshTokenState } from '../ports/store.js';
import { answerFromTransaction } from './answer-from-transaction.js';
import { drawRefreshToken } from './draw-refresh-token.js';
import { leewayFor, successorWithinLeeway } from './refresh-leeway.js';
import { revokeReplayedGrant } from './revoke-replayed-grant.js';
import { grantRules } from './rules.js';
import { type TokenRequest } from './token-request.js';
import { tokenResponse } from './token-response.js';

const rules = grantRules.refresh_token;

/**
 * An application exchanges a refresh token for its successor (RFC 6749 §6, RFC 9700 §4.14.2),
 * once. What it gets is signed first and given if the exchange succeeds, so no lock is held
 * meanwhile. A token that was exchanged before is a replay if it is this application's, of a live
 * grant, and shown with the right key.
 */
export async function redeemRefreshToken(request: TokenRequest): Promise<OAuthResponse> {
  const digest = sha256Digest(request.parameters.require('refresh_token'));
  const found = await request.context.store.findRefreshToken(digest);
  return (
    (await exchange(request, admitted(request, found))) ?? (await answerAgain(request, digest))
  );
}

/** What is right of a token, whether it was exchanged or not. */
function admitted(
  { context, application, jkt }: TokenRequest,
  state: RefreshTokenState | undefined,
): RefreshTokenState {
  if (state === undefined) throw refusal('unknown');
  const { grant } = state;
  rules.sameClient(application, grant.authorization.clientId);
  rules.liveGrant(grant, context.clock.now());
  rules.dpopBinding(grant.dpopJkt, jkt);
  return state;
}

/** The answer, if nobody has exchanged the token before. */
async function exchange(
  request: TokenRequest,
  state: RefreshTokenState,
): Promise<OAuthResponse | undefined> {
  if (state.exchanged !== undefined) return undefined;
  const { context, application } = request;
  const { token, grant } = state;
  const { digest } = token;
  const now = context.clock.now();
  if (token.expiresAt <= now) throw refusal('expired');

  const { token: refreshToken, ...successor } = drawRefreshToken(context, grant);
  const [response, leeway] = await Promise.all([
    answer(request, state, refreshToken),
    leewayFor(context, { application, grant, digest, successor: refreshToken }),
  ]);
  const done = await context.store.exchangeRefreshToken({
    digest,
    successor,
    now,
    ...(leeway && { leeway }),
    event: {
      action: 'grant.refreshed',
      actor: { type: 'application', id: application.clientId },
      grantId: grant.id,
      clientId: application.clientId,
      userId: grant.authorization.userId,
    },
  });
  return done ? response : undefined;
}

/** The answer to whoever comes second: the same successor within the leeway, or the end of the family. */
async function answerAgain(request: TokenRequest, digest: Uint8Array): Promise<OAuthResponse> {
  const { context, application } = request;
  return answerFromTransaction(context, async (tx) => {
    const state = admitted(request, await tx.lockGrantOfRefreshToken(digest));
    const { grant } = state;
    if (state.exchanged === undefined)
      throw new Error('a good refresh token was not exchanged');
    const { leeway } = state.exchanged;
    const successor = await successorWithinLeeway(tx, context, { grant, digest, leeway });
    // Under the lock: nobody revokes the family before its tokens are signed.
    if (successor !== undefined) return answer(request, state, successor);
    const now = context.clock.now();
    await revokeReplayedGrant(tx, { grant, application, replayed: 'refresh_token', now });
    return refusal('replayed');
  });
}

function answer(
  request: TokenRequest,
  { grant, user }: RefreshTokenState,
  refreshToken: string,
): Promise<OAuthResponse> {
  const { context, application, parameters } = request;
  const { authorization } = grant;
  const scope = rules.scopeSubset({ parameters, granted: authorization.scope });
  const asked = rules.resource(request);
  const resources = rules.resourceSubset({ context, application, asked, authorization });
  // OpenID Connect Core §12.2: the nonce belongs to the first ID token.
  const { nonce: _, ...withoutNonce } = authorization;
  return tokenResponse(request, {
    scope,
    resources,
    onBehalf: {
      grantId: grant.id,
      authorization: withoutNonce,
      user: rules.activeUser(user),
    },
    refreshToken,
  });
}

function refusal(detail: 'unknown' | 'expired' | 'replayed'): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is not valid', { detail });
}
