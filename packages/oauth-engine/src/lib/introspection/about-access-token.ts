import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type JsonObject } from '../model/json.js';
import { type VerifiedAccessToken } from '../tokens/access-token.js';
import { findTokenHolder } from '../tokens/token-holder.js';
import { introspectionRules as rules } from './rules.js';

/** What is told of an access token (RFC 7662 §2.2, RFC 9449 §6.2); undefined: nothing. */
export async function aboutAccessToken(
  context: OAuthContext,
  caller: Application,
  token: VerifiedAccessToken,
): Promise<JsonObject | undefined> {
  if (!rules.mayLearnAbout(caller, token.clientId)) return undefined;
  if ((await findTokenHolder(context, token)) === undefined) return undefined;
  return {
    token_type: token.dpopJkt === undefined ? 'Bearer' : 'DPoP',
    iss: context.issuer,
    sub: token.subject,
    aud: token.audience.length === 1 ? token.audience[0] : token.audience,
    client_id: token.clientId,
    ...(token.scope.length > 0 && { scope: token.scope.join(' ') }),
    iat: token.issuedAt,
    exp: token.expiresAt,
    jti: token.jti,
    ...(token.dpopJkt !== undefined && { cnf: { jkt: token.dpopJkt } }),
  };
}
