import { sha256Digest } from '@nomo/security-core';

import { OAuthError } from '../errors.js';
import { type OAuthResponse } from '../http/response.js';
import { type OAuthTransaction } from '../ports/store.js';
import { answerFromTransaction } from './answer-from-transaction.js';
import { drawGrantId } from './grant-id.js';
import { openGrant } from './open-grant.js';
import { grantRules } from './rules.js';
import { type TokenRequest } from './token-request.js';
import { tokenResponse } from './token-response.js';

const rules = grantRules['urn:ietf:params:oauth:grant-type:device_code'];

/**
 * A device asks whether its user has decided (RFC 8628 §3.4), and gets its tokens once. That it
 * asked is remembered whatever the answer, for the interval counts from there.
 */
export async function redeemDeviceCode(request: TokenRequest): Promise<OAuthResponse> {
  const digest = sha256Digest(request.parameters.require('device_code'));
  return answerFromTransaction(request.context, (tx) => redeem(tx, request, digest));
}

async function redeem(
  tx: OAuthTransaction,
  request: TokenRequest,
  digest: Uint8Array,
): Promise<OAuthResponse | OAuthError> {
  const { context, application } = request;
  const now = context.clock.now();
  const poll = await tx.pollDeviceCode({ digest, clientId: application.clientId, now });
  switch (poll?.outcome) {
    case undefined:
      return refusal('unknown, consumed, or of another application');
    case 'pending':
      return new OAuthError('authorization_pending', 'The user has not decided yet');
    case 'too_fast':
      return new OAuthError('slow_down', 'Ask five seconds less often');
    case 'denied':
      return new OAuthError('access_denied', 'The user has refused');
    case 'expired':
      return new OAuthError('expired_token', 'The device code has expired');
    case 'approved':
  }
  const { authorization } = poll;
  const grantId = drawGrantId(context);
  const consumption = await tx.consumeDeviceCode({ digest, now, grantId });
  if (consumption?.outcome !== 'consumed') {
    return refusal(consumption?.outcome ?? 'unknown');
  }
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

function refusal(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'The device code is not valid', { detail });
}
