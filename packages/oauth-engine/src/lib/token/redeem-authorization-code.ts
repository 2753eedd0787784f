import { sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { type OAuthResponse } from '../http/response.js';
import { type OAuthTransaction } from '../ports/store.js';
import { answerFromTransaction } from './answer-from-transaction.js';
import { drawGrantId } from './grant-id.js';
import { openGrant } from './open-grant.js';
import { revokeReplayedGrant } from './revoke-replayed-grant.js';
import { grantRules } from './rules.js';
import { type TokenRequest } from './token-request.js';
import { tokenResponse } from './token-response.js';

const rules = grantRules.authorization_code;

/**
 * An application redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.5), once. Whoever cannot prove that
 * the code is theirs (application, redirect URI, verifier, key) changes nothing: neither is it
 * consumed, nor is a replay held against its owner.
 *
 * The signatures are made before the commit: a code whose tokens could not be signed stays good.
 */
export async function redeemAuthorizationCode(request: TokenRequest): Promise<OAuthResponse> {
  const digest = sha256Digest(request.parameters.require('code'));
  return answerFromTransaction(request.context, (tx) => redeem(tx, request, digest));
}

async function redeem(
  tx: OAuthTransaction,
  request: TokenRequest,
  digest: Uint8Array,
): Promise<OAuthResponse | OAuthError> {
  const { context, application, parameters, jkt } = request;
  const code = await tx.findAuthorizationCode(digest);
  if (code === undefined) throw refusal('unknown');
  const { authorization } = code;
  rules.sameClient(application, authorization.clientId);
  rules.sameRedirectUri(parameters, code.redirectUri);
  rules.codeVerifier(parameters, code.codeChallenge);
  rules.dpopBinding(code.dpopJkt, jkt);

  const now = context.clock.now();
  const grantId = drawGrantId(context);
  const consumption = await tx.consumeAuthorizationCode({ digest, now, grantId });
  if (consumption?.outcome === 'replayed') {
    await revokeReplayedGrant(tx, {
      grant: await tx.lockGrant(consumption.grantId),
      application,
      replayed: 'authorization_code',
      now,
    });
    return refusal('replayed');
  }
  if (consumption?.outcome !== 'consumed') throw refusal(consumption?.outcome ?? 'unknown');

  const asked = rules.resource(request);
  const resources = rules.resourceSubset({ context, application, asked, authorization });
  const user = rules.activeUser(await tx.findUser(authorization.userId));
  const refreshToken = await openGrant(tx, request, { authorization, grantId });
  return tokenResponse(request, {
    scope: authorization.scope,
    resources,
    onBehalf: { grantId, authorization, user },
    refreshToken,
  });
}

function refusal(detail: 'unknown' | 'expired' | 'replayed'): OAuthError {
  return new OAuthError('invalid_grant', 'The code is not valid', { detail });
}
