import { sha256Digest } from '@nomo/security-core';

import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type JsonObject } from '../model/json.js';
import { epochSeconds } from '../time.js';
import { introspectionRules as rules } from './rules.js';

/**
 * What is told of a refresh token (RFC 7662 §2.2); undefined: nothing. Looking at one neither
 * consumes it nor is a replay.
 */
export async function aboutRefreshToken(
  { issuer, store, clock }: OAuthContext,
  caller: Application,
  token: string,
): Promise<JsonObject | undefined> {
  const found = await store.findRefreshToken(sha256Digest(token));
  if (found === undefined || found.exchanged !== undefined) return undefined;
  const { grant } = found;
  const { authorization } = grant;
  if (!rules.mayLearnAbout(caller, authorization.clientId)) return undefined;
  const now = clock.now();
  if (!rules.isLiveGrant(grant, now) || found.token.expiresAt <= now) return undefined;
  if (found.user === undefined) return undefined;
  if ((await store.findApplication(authorization.clientId)) === undefined) return undefined;
  return {
    iss: issuer,
    sub: authorization.userId,
    client_id: authorization.clientId,
    ...(authorization.scope.length > 0 && { scope: authorization.scope.join(' ') }),
    iat: epochSeconds(found.token.issuedAt),
    exp: epochSeconds(found.token.expiresAt),
    ...(grant.dpopJkt !== undefined && { cnf: { jkt: grant.dpopJkt } }),
  };
}
