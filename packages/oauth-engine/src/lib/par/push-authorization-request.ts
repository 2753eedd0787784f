import { pushedRequestPrefix } from '../authorization/pushed-reference.js';
import { readAuthorizationRequest } from '../authorization/read-request.js';
import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { type OAuthContext } from '../context.js';
import { verifyDpopProof } from '../dpop/verify-dpop-proof.js';
import { endpointUrl } from '../endpoints.js';
import { Parameters } from '../http/parameters.js';
import { readParameters } from '../http/read-parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { jsonResponse, type OAuthResponse } from '../http/response.js';
import { secondsAfter } from '../time.js';
import { drawOpaqueToken } from '../tokens/opaque-token.js';
import { pushRules as rules } from './rules.js';

/** Prove who pushes; they are no part of the request that is pushed, and are not kept. */
const proofs: readonly string[] = [
  'client_secret',
  'client_assertion',
  'client_assertion_type',
];

/**
 * The pushed authorization request endpoint (RFC 9126 §2): the rules of an authorization request
 * run now, where the application can still hear of it directly, and again when it is used.
 *
 * @throws {OAuthError} As an authorization request (RFC 9126 §2.3), `invalid_client`,
 *   `invalid_dpop_proof`.
 */
export async function pushAuthorizationRequest(
  context: OAuthContext,
  request: OAuthRequest,
): Promise<OAuthResponse> {
  const sent = readParameters('pushedAuthorization', request);
  rules.repeatedParameters({ parameters: sent });
  rules.nestedRequestUri(sent);
  const application = await authenticateClient(context, 'pushedAuthorization', request, sent);
  rules.sameClientId(application, sent);
  const url = endpointUrl(context.issuer, 'pushedAuthorization');
  const proofKey = await verifyDpopProof(context, url, request);
  const parameters = new Parameters([
    ...sent.entries().filter(([name]) => !replaced(name)),
    ...rules.dpopKeyOfPush(proofKey, sent),
  ]);
  const input = { context, application, parameters, pushed: true };
  await readAuthorizationRequest(input, rules.redirectUri(application, parameters));

  const { token, digest } = drawOpaqueToken(context);
  const lifetime = context.settings.lifetimes.pushedRequest;
  await context.store.transaction((tx) =>
    tx.insertPushedRequest({
      digest,
      clientId: application.clientId,
      parameters: [['client_id', application.clientId], ...parameters.entriesRead()],
      expiresAt: secondsAfter(context.clock.now(), lifetime),
    }),
  );
  return jsonResponse(
    { request_uri: `${pushedRequestPrefix}${token}`, expires_in: lifetime },
    { status: 201 },
  );
}

/** Left out, or set anew. */
function replaced(name: string): boolean {
  return proofs.includes(name) || name === 'client_id' || name === 'dpop_jkt';
}
