import { createHash, randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Pool } from 'pg';
import { loadPeer } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import {
  AUDIENCE,
  type Client,
  type IssuerSetup,
  SCOPE,
  type TokenIssuer,
  USER_SCOPE,
} from './contract.ts';
import { listen } from './listen.ts';

interface Auth {
  readonly api: {
    signUpEmail(call: {
      body: Record<string, string>;
      returnHeaders: true;
    }): Promise<{ headers: Headers; response: { user: { id: string } } }>;
    adminCreateOAuthClient(call: {
      body: Record<string, unknown>;
      headers: Headers;
    }): Promise<{ client_id: string; client_secret: string }>;
  };
  readonly $context: Promise<{
    readonly adapter: {
      create(row: { model: string; data: Record<string, unknown> }): Promise<unknown>;
    };
  }>;
}

const DAYS = 86_400_000;

/**
 * better-auth's OAuth provider with its storage in PostgreSQL, as its documentation sets it
 * up: access tokens as JWTs (RS256) for one API, no telemetry, and limits that are never
 * reached.
 */
serve<IssuerSetup, TokenIssuer>(async (setup) => {
  const { betterAuth } = await loadPeer<{ betterAuth: (options: object) => Auth }>(
    'better-auth',
  );
  const { getMigrations } = await loadPeer<{
    getMigrations: (options: object) => Promise<{ runMigrations: () => Promise<void> }>;
  }>('better-auth/db/migration');
  const { jwt } = await loadPeer<{ jwt: (options: object) => object }>('better-auth/plugins');
  const { toNodeHandler } = await loadPeer<{ toNodeHandler: (auth: Auth) => RequestListener }>(
    'better-auth/node',
  );
  const { oauthProvider } = await loadPeer<{ oauthProvider: (options: object) => object }>(
    '@better-auth/oauth-provider',
  );

  const pool = new Pool({ connectionString: setup.databaseUrl, max: setup.connections });
  const options = {
    database: pool,
    secret: 'a secret that protects nothing but this benchmark',
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { level: 'error' },
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'RS256', modulusLength: 2048 } } }),
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        scopes: ['openid', 'offline_access', SCOPE],
        resources: [AUDIENCE],
        // Every application may ask for the one API there is.
        enforcePerClientResources: false,
        clientPrivileges: () => true,
        accessTokenExpiresIn: 300,
        m2mAccessTokenExpiresIn: 300,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  };
  const migrations = await getMigrations(options);
  await migrations.runMigrations();
  const auth = betterAuth(options);
  // Only the first process is to make anything; the others find it.
  const clients: Client[] = [];
  const refreshTokens: string[] = [];
  if (setup.refreshTokens > 0) {
    const { headers, response } = await auth.api.signUpEmail({
      returnHeaders: true,
      body: {
        email: 'bench@example.com',
        password: 'a password of the benchmark',
        name: 'bench',
      },
    });
    const cookies = headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    const session = new Headers({ cookie: cookies.join('; ') });
    for (const { clientId } of setup.clients) {
      const made = await auth.api.adminCreateOAuthClient({
        headers: session,
        body: {
          client_name: clientId,
          redirect_uris: ['https://app.example.com/callback'],
          grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
          token_endpoint_auth_method: 'client_secret_basic',
          client_credentials_scopes: [SCOPE],
          scope: USER_SCOPE,
        },
      });
      clients.push({ clientId: made.client_id, clientSecret: made.client_secret });
    }
    const { adapter } = await auth.$context;
    for (let i = 0; i < setup.refreshTokens; i++) {
      const token = randomBytes(24).toString('base64url');
      await adapter.create({
        model: 'oauthRefreshToken',
        data: {
          token: createHash('sha256').update(token).digest('base64url'),
          clientId: clients[0]?.clientId,
          userId: response.user.id,
          scopes: USER_SCOPE.split(' '),
          resources: [AUDIENCE],
          // Every application may ask for the one API there is.
          enforcePerClientResources: false,
          authTime: new Date(),
          createdAt: new Date(),
          expiresAt: new Date(Date.now() + 30 * DAYS),
        },
      });
      refreshTokens.push(token);
    }
  }

  const server = await listen(toNodeHandler(auth));
  return {
    methods: {
      served: () =>
        Promise.resolve({
          origin: server.origin,
          tokenPath: '/api/auth/oauth2/token',
          clients,
          refreshTokens,
        }),
    },
    close: async () => {
      await server.close();
      await pool.end();
    },
  };
});
