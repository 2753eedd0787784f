import { sha256Digest } from '@nomo/security-core';

import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { type OAuthContext } from '../context.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { noStore, type OAuthResponse } from '../http/response.js';
import { type Application } from '../model/application.js';
import { verifyAccessToken, type VerifiedAccessToken } from '../tokens/access-token.js';
import { revocationRules as rules } from './rules.js';

/**
 * The revocation endpoint (RFC 7009): an application gives back one of its own tokens. With a
 * refresh token its whole family dies, consumed tokens of it included; an access token dies
 * alone. What is no token any more, or never was, is answered as done (§2.2).
 *
 * The kind is seen from the token: an access token is a JWT, a refresh token has no dots. So
 * `token_type_hint` says nothing that could matter (§2.1 lets it be ignored).
 *
 * @throws {OAuthError} `invalid_client`, `invalid_request`, `invalid_grant`: another's token.
 */
export async function revokeToken(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  const parameters = readParameters('revocation', request);
  rules.repeatedParameters({ parameters });
  const application = await authenticateClient(context, 'revocation', request, parameters);
  const token = parameters.require('token');
  const accessToken = await verifyAccessToken(context, token);
  if (accessToken === undefined) await revokeRefreshToken(context, application, token);
  else await revokeAccessToken(context, application, accessToken);
  return { status: 200, headers: noStore };
}

async function revokeRefreshToken(
  { store, clock }: OAuthContext,
  application: Application,
  token: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    const locked = await tx.lockGrantOfRefreshToken(sha256Digest(token));
    if (locked === undefined) return;
    const { grant } = locked;
    rules.ownToken(application, grant.authorization.clientId);
    const revoked = await tx.revokeGrant({
      grantId: grant.id,
      now: clock.now(),
      reason: 'revoked_by_application',
    });
    if (!revoked) return;
    await tx.recordAudit({
      action: 'grant.revoked',
      actor: { type: 'application', id: application.clientId },
      grantId: grant.id,
      clientId: application.clientId,
      reason: 'revoked_by_application',
    });
  });
}

async function revokeAccessToken(
  { store }: OAuthContext,
  application: Application,
  { clientId, jti, expiresAt }: VerifiedAccessToken,
): Promise<void> {
  rules.ownToken(application, clientId);
  await store.transaction(async (tx) => {
    const revoked = await tx.revokeAccessToken({ jti, expiresAt: new Date(expiresAt * 1_000) });
    if (!revoked) return;
    await tx.recordAudit({
      action: 'access_token.revoked',
      actor: { type: 'application', id: clientId },
      clientId,
      jti,
    });
  });
}
