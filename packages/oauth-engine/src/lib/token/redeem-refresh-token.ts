import { sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { type OAuthResponse } from '../http/response.js';
import { type LockedRefreshToken, type OAuthTransaction } from '../ports/store.js';
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
 * once. The grant is locked first, so refreshes, replays and revocations of one family stand in
 * line. A replay is found before anything else of the request can fail.
 */
export async function redeemRefreshToken(request: TokenRequest): Promise<OAuthResponse> {
  const digest = sha256Digest(request.parameters.require('refresh_token'));
  return answerFromTransaction(request.context, (tx) => redeem(tx, request, digest));
}

async function redeem(
  tx: OAuthTransaction,
  request: TokenRequest,
  digest: Uint8Array,
): Promise<OAuthResponse | OAuthError> {
  const { context, application, parameters, jkt } = request;
  const locked = await tx.lockGrantOfRefreshToken(digest);
  if (locked === undefined) throw refusal('unknown');
  const { grant } = locked;
  const { authorization } = grant;
  rules.sameClient(application, authorization.clientId);
  rules.liveGrant(grant, context.clock.now());
  rules.dpopBinding(grant.dpopJkt, jkt);

  const refreshToken = await rotate(tx, request, locked);
  if (refreshToken instanceof OAuthError) return refreshToken;

  const scope = rules.scopeSubset({ application, parameters, granted: authorization.scope });
  const asked = rules.resource(request);
  const resources = rules.resourceSubset({ context, application, asked, authorization });
  const user = rules.activeUser(locked.user);
  // OpenID Connect Core §12.2: the nonce belongs to the first ID token.
  const { nonce: _, ...withoutNonce } = authorization;
  return tokenResponse(request, {
    scope,
    resources,
    onBehalf: { grantId: grant.id, authorization: withoutNonce, user },
    refreshToken,
  });
}

/** Exchanges the token: its one successor, or why there is none. */
async function rotate(
  tx: OAuthTransaction,
  { context, application }: TokenRequest,
  { token: { digest, expiresAt }, grant, exchanged }: LockedRefreshToken,
): Promise<string | OAuthError> {
  const now = context.clock.now();
  if (exchanged !== undefined) {
    const { leeway } = exchanged;
    const again = await successorWithinLeeway(tx, context, { grant, digest, leeway });
    if (again !== undefined) return again;
    await revokeReplayedGrant(tx, {
      grant,
      application,
      replayed: 'refresh_token',
      now,
    });
    return refusal('replayed');
  }
  if (expiresAt <= now) throw refusal('expired');

  const { token, ...successor } = drawRefreshToken(context, grant);
  const leeway = await leewayFor(context, { application, grant, digest, successor: token });
  await tx.exchangeRefreshToken({ digest, successor, now, ...(leeway && { leeway }) });
  await tx.recordAudit({
    action: 'grant.refreshed',
    actor: { type: 'application', id: application.clientId },
    grantId: grant.id,
    clientId: application.clientId,
    userId: grant.authorization.userId,
  });
  return token;
}

function refusal(detail: 'unknown' | 'expired' | 'replayed'): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is not valid', { detail });
}
