import { exportJWK, generateKeyPair } from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider, {
  type ClientMetadata,
  type Configuration,
  errors,
  interactionPolicy,
} from 'oidc-provider';
import { findFreePort } from '@nomo/local/testing';
import {
  API as RESOURCE_SERVER,
  API_SCOPES,
  APPLICATION_NAMES,
  settingsOf,
  type ApplicationName,
} from './applications.js';
import { type Side } from './side.js';
import { send, type WireAnswer } from './wire.js';

export interface OracleSide extends Side {
  stop(): Promise<void>;
}

const ACCOUNT = 'account-1';

/** `oidc-provider`, in memory, with the same applications under the same names and secrets. */
export async function startOracleSide(ours: Side): Promise<OracleSide> {
  // Jest's own makes objects of another realm, which the oracle does not take for plain ones.
  globalThis.structuredClone = <Value>(value: Value) =>
    JSON.parse(JSON.stringify(value)) as Value;
  const port = await findFreePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, await configuration(ours));
  const callback = provider.callback();
  const server = createServer((request, response) => {
    // Its page of a user who signs in without being asked anything.
    if (request.url?.startsWith('/interaction/') === true) {
      const login = { accountId: ACCOUNT, amr: ['pwd'] };
      void provider.interactionFinished(request, response, { login });
    } else {
      void callback(request, response);
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');

  const side: OracleSide = {
    issuer,
    cookie: await signIn(issuer, ours),
    signIn: () => signIn(issuer, ours),
    clientId: (name) => ours.clientId(name),
    clientSecret: (name) => ours.clientSecret(name),
    send: (request) => send(issuer, request),
    async decideDevice(userCode, approved) {
      const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''));
      if (code === undefined) throw new Error(`nothing waits for the code ${userCode}`);
      if (approved) {
        const clientId = code.clientId ?? '';
        const grant = new provider.Grant({ accountId: ACCOUNT, clientId });
        allowAll(grant);
        const { authTime = Math.floor(Date.now() / 1_000) } = code;
        Object.assign(code, {
          accountId: ACCOUNT,
          grantId: await grant.save(),
          authTime,
          scope: code.params?.['scope'],
          resource: code.params?.['resource'],
        });
      } else {
        Object.assign(code, { error: 'access_denied' });
      }
      await code.save();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return side;
}

function allowAll(grant: InstanceType<Provider['Grant']>): void {
  grant.addOIDCScope('openid profile email offline_access');
  grant.addOIDCClaims(['name', 'email', 'email_verified', 'updated_at']);
  grant.addResourceScope(RESOURCE_SERVER, API_SCOPES.join(' '));
}

async function configuration(ours: Side): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const policy = interactionPolicy.base();
  // What every application of the cases may do without asking.
  policy.get('consent')?.checks.remove('native_client_prompt');
  return {
    clients: APPLICATION_NAMES.map((name) => metadataOf(name, ours)),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['oracle'], long: { signed: true, httpOnly: true, sameSite: 'none' } },
    enableHttpPostMethods: true,
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'updated_at'],
      email: ['email', 'email_verified'],
    },
    // By scope alone would need prompt=consent, which asks every time.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      ClientCredentials: 600,
      DeviceCode: 600,
      Grant: 86_400,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    routes: {
      authorization: '/authorize',
      pushed_authorization_request: '/par',
      token: '/token',
      userinfo: '/userinfo',
      introspection: '/introspect',
      revocation: '/revoke',
      device_authorization: '/device_authorization',
      end_session: '/logout',
      jwks: '/jwks',
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      claimsParameter: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo(_ctx, resource) {
          if (resource !== RESOURCE_SERVER) throw new errors.InvalidTarget();
          return {
            scope: API_SCOPES.join(' '),
            accessTokenFormat: 'jwt',
            accessTokenTTL: 600,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
      rpInitiatedLogout: { enabled: true },
      userinfo: { enabled: true },
    },
    interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: 'user@example.com',
        email_verified: true,
        updated_at: 1,
      }),
    }),
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      const accountId = session?.accountId;
      if (client === undefined || accountId === undefined) return undefined;
      const grant = new provider.Grant({ accountId, clientId: client.clientId });
      allowAll(grant);
      await grant.save();
      return grant;
    },
    renderError(ctx, { error }) {
      ctx.type = 'html';
      ctx.body = `<!doctype html><title>${error}</title><code>${error}</code>`;
    },
  };
}

function metadataOf(name: ApplicationName, ours: Side): ClientMetadata {
  const settings = settingsOf(name);
  const secret = ours.clientSecret(name);
  const { grantTypes = [] } = settings;
  return {
    client_id: ours.clientId(name),
    ...(secret !== '' && { client_secret: secret }),
    application_type: settings.type === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: settings.tokenEndpointAuthMethod,
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: settings.redirectUris ?? [],
    post_logout_redirect_uris: settings.postLogoutRedirectUris ?? [],
    ...(settings.jwks && { jwks: settings.jwks }),
    dpop_bound_access_tokens: settings.dpopBound ?? false,
    require_pushed_authorization_requests: settings.parRequired ?? false,
  };
}

/** Walks through the pages once. Returns the cookies that the browser has then. */
async function signIn(issuer: string, ours: Side): Promise<string> {
  const query = new URLSearchParams({
    client_id: ours.clientId('basic'),
    redirect_uri: settingsOf('basic').redirectUris?.[0] ?? '',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const cookies = new Map<string, string>();
  let path = `/authorize?${query.toString()}`;
  while (path.startsWith('/')) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, accept: 'text/html' };
    const answer: WireAnswer = await send(issuer, { method: 'GET', path, headers });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const cut = pair.indexOf('=');
      cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    const { location } = answer.headers;
    if (location === undefined) throw new Error(`sign-in ended with ${answer.status}`);
    path = location.replace(issuer, '');
  }
  return [...cookies]
    .filter(([name]) => name.startsWith('_session'))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}
