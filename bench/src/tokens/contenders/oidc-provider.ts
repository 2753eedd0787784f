import type { RequestListener } from 'node:http';
import { Pool } from 'pg';
import { loadPeer } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import { AUDIENCE, type IssuerSetup, SCOPE, type TokenIssuer, USER_SCOPE } from './contract.ts';
import { listen } from './listen.ts';
import { type Adapter, postgresAdapter, SCHEMA } from './oidc-provider-postgres.ts';

interface Model {
  save(): Promise<string>;
}

interface Provider {
  readonly Client: { find(id: string): Promise<object | undefined> };
  readonly Grant: new (properties: object) => Model & {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
  };
  readonly RefreshToken: new (properties: object) => Model;
  callback(): RequestListener;
}

const ISSUER = 'http://127.0.0.1';

/**
 * oidc-provider as its documentation sets it up for production: applications in its
 * configuration, everything else in PostgreSQL, access tokens as JWTs (RS256) for one API,
 * refresh tokens rotated at each use.
 */
serve<IssuerSetup, TokenIssuer>(async (setup) => {
  const { default: Provider } = await loadPeer<{
    default: new (issuer: string, configuration: object) => Provider;
  }>('oidc-provider');
  const pool = new Pool({ connectionString: setup.databaseUrl, max: setup.connections });
  await pool.query(SCHEMA);
  const adapterOf = postgresAdapter(pool);

  const provider = new Provider(ISSUER, {
    adapter: (kind: string): Adapter => adapterOf(kind),
    clients: setup.clients.map(({ clientId, clientSecret }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
      redirect_uris: ['https://app.example.com/callback'],
      response_types: ['code'],
    })),
    jwks: { keys: [setup.privateJwk] },
    cookies: { keys: ['a key that signs no cookie here'] },
    scopes: ['openid', 'offline_access'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPE,
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id }),
    }),
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: { IdToken: 300, RefreshToken: 1_209_600, Grant: 7_776_000 },
  });

  const refreshTokens: string[] = [];
  const [first] = setup.clients;
  const client = first && (await provider.Client.find(first.clientId));
  for (let i = 0; i < setup.refreshTokens; i++) {
    const accountId = `user-${i}`;
    const grant = new provider.Grant({ accountId, clientId: first?.clientId });
    grant.addOIDCScope('openid offline_access');
    grant.addResourceScope(AUDIENCE, SCOPE);
    const token = new provider.RefreshToken({
      accountId,
      authTime: Math.floor(Date.now() / 1000),
      client,
      expiresWithSession: false,
      grantId: await grant.save(),
      gty: 'authorization_code',
      resource: AUDIENCE,
      scope: USER_SCOPE,
    });
    refreshTokens.push(await token.save());
  }

  const server = await listen(provider.callback());
  return {
    methods: {
      served: () =>
        Promise.resolve({
          origin: server.origin,
          tokenPath: '/token',
          clients: setup.clients,
          refreshTokens,
        }),
    },
    close: async () => {
      await server.close();
      await pool.end();
    },
  };
});
