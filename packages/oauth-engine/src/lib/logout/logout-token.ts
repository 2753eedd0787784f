import { type OAuthContext } from '../context.js';
import { type Session } from '../rules/logout-confirmation.js';
import { epochSeconds } from '../time.js';
import { newTokenId } from '../tokens/token-id.js';

/** OpenID Connect Back-Channel Logout §2.4: at most two minutes, so that an old one is no weapon. */
const lifetimeSeconds = 120;

/**
 * Signs the message that a session has ended (OpenID Connect Back-Channel Logout §2.4), to be
 * posted as `logout_token`. Its type and event, and the `nonce` that it lacks, keep it from
 * passing for an ID token. Sign one for every attempt.
 */
export async function issueLogoutToken(
  context: Pick<OAuthContext, 'issuer' | 'clock' | 'signer'>,
  { clientId, sessionId, userId }: Session & { readonly clientId: string },
): Promise<string> {
  const issuedAt = epochSeconds(context.clock.now());
  return context.signer.sign(
    { typ: 'logout+jwt' },
    {
      iss: context.issuer,
      sub: userId,
      aud: clientId,
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
      jti: newTokenId(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      sid: sessionId,
    },
  );
}
