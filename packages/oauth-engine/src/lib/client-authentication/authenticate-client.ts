import { type JSONWebKeySet } from 'jose';

import { type OAuthContext } from '../context.js';
import { endpointUrl, type EndpointName } from '../endpoints.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { type Application, type ClientAuthentication } from '../model/application.js';
import { claimedClientId } from '../rules/client-assertion.js';
import { type ClientCredentials } from '../rules/client-credentials.js';
import { type SecretVerdict } from '../rules/client-secret.js';
import { clientAuthenticationRules as rules } from './rules.js';

/**
 * Finds out which application a request comes from (RFC 6749 §2.3 and §3.2.1), by the one way
 * that is registered for it. A public application names itself, which proves nothing.
 *
 * @throws {OAuthError} `invalid_client`: unknown, or not proved; which of the two is not said.
 *   Who has the right secret and sends it in the other way is told so. With the challenge of RFC 6749 §5.2 where the header was tried. `invalid_request`: the
 *   credentials are malformed, or there are several.
 */
export async function authenticateClient(
  context: OAuthContext,
  endpoint: EndpointName,
  request: OAuthRequest,
  parameters: Parameters,
): Promise<Application> {
  const credentials = rules.clientCredentials({ request, parameters });
  const clientId =
    credentials.method === 'private_key_jwt'
      ? claimedClientId(credentials.assertion)
      : credentials.clientId;
  const found =
    clientId === undefined ? undefined : await context.store.findApplication(clientId);
  const application = found?.mode === context.mode ? found : undefined;
  const verdict = await verdictOn(context, endpoint, credentials, application);
  if (application === undefined || verdict !== 'proved') {
    // Who has the secret may know how it is sent.
    const description =
      verdict === 'sent_otherwise' && application !== undefined
        ? `The secret is right, but this application sends it by ${application.authentication.method}`
        : 'The application could not be authenticated';
    throw new OAuthError('invalid_client', description, {
      ...(credentials.method === 'client_secret_basic' && {
        headers: { 'www-authenticate': `Basic realm="${context.issuer}", charset="UTF-8"` },
      }),
      detail: application ? `by ${credentials.method}` : 'unknown application',
    });
  }
  return application;
}

function verdictOn(
  context: OAuthContext,
  endpoint: EndpointName,
  credentials: ClientCredentials,
  application: Application | undefined,
): SecretVerdict | Promise<SecretVerdict> {
  const registered = application?.authentication;
  switch (credentials.method) {
    case 'none':
      return registered?.method === 'none' ? 'proved' : 'refused';
    case 'client_secret_basic':
    case 'client_secret_post':
      return rules.clientSecret({
        method: credentials.method,
        secret: credentials.secret,
        registered,
      });
    case 'private_key_jwt':
      // The identifiers of applications stand in every browser's address line. There is no
      // secret in whether one exists, and no decoy signature to check.
      return application === undefined
        ? 'refused'
        : isAsserted(context, endpoint, credentials, application).then((asserted) =>
            asserted ? 'proved' : 'refused',
          );
  }
}

async function isAsserted(
  context: OAuthContext,
  endpoint: EndpointName,
  credentials: ClientCredentials & { readonly method: 'private_key_jwt' },
  { clientId, authentication }: Application,
): Promise<boolean> {
  if (credentials.clientId !== undefined && credentials.clientId !== clientId) return false;
  const jwks = await keysOf(context, authentication);
  if (jwks === undefined) return false;
  const proof = await rules.clientAssertion({
    assertion: credentials.assertion,
    clientId,
    jwks,
    // RFC 7523 §3 has the token endpoint, RFC 9126 §2 the issuer and the endpoint itself too.
    audiences: [
      context.issuer,
      endpointUrl(context.issuer, 'token'),
      endpointUrl(context.issuer, endpoint),
    ],
    now: context.clock.now(),
  });
  if (proof === undefined) return false;
  // RFC 7523 §3, item 7: whoever saw it on its way cannot use it again.
  return context.replays.remember({ kind: 'client_assertion', scope: clientId, ...proof });
}

async function keysOf(
  context: OAuthContext,
  authentication: ClientAuthentication,
): Promise<JSONWebKeySet | undefined> {
  if (authentication.method !== 'private_key_jwt') return undefined;
  return 'jwks' in authentication
    ? authentication.jwks
    : context.clientKeys.keysAt(authentication.jwksUri);
}
