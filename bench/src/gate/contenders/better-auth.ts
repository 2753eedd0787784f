import { closedLoop } from '../../frame/closed-loop.ts';
import { loadPeer } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import { serveRoutes } from '../routes.ts';
import type { KeyChecker } from './contract.ts';

export interface BetterAuthSetup {
  readonly databaseUrl: string;
  readonly keys: number;
  /** Connections to PostgreSQL: as many as checks are ever under way, so that none waits for one. */
  readonly connections: number;
  readonly rateLimit: boolean;
}

interface Auth {
  readonly api: {
    signUpEmail(call: { body: Record<string, string> }): Promise<{ user: { id: string } }>;
    createApiKey(call: { body: Record<string, unknown> }): Promise<{ key: string }>;
    verifyApiKey(call: { body: { key: string } }): Promise<{ valid: boolean; error: unknown }>;
  };
}

interface Pool {
  end(): Promise<void>;
}

/**
 * better-auth's API-key plugin with its storage in PostgreSQL, as its documentation sets
 * it up; no telemetry, no session, and a limit that is never reached.
 */
serve<BetterAuthSetup, KeyChecker>(async ({ databaseUrl, keys, connections, rateLimit }) => {
  const { Pool } = (await loadPeer<{ default: { Pool: new (options: object) => Pool } }>('pg'))
    .default;
  const { betterAuth } = await loadPeer<{ betterAuth: (options: object) => Auth }>(
    'better-auth',
  );
  const { getMigrations } = await loadPeer<{
    getMigrations: (options: object) => Promise<{ runMigrations: () => Promise<void> }>;
  }>('better-auth/db/migration');
  const { apiKey } = await loadPeer<{ apiKey: (options: object) => object }>(
    '@better-auth/api-key',
  );

  const pool = new Pool({ connectionString: databaseUrl, max: connections });
  const options = {
    database: pool,
    secret: 'a secret that protects nothing but this benchmark',
    baseURL: 'http://localhost',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [
      apiKey({ rateLimit: { enabled: rateLimit, maxRequests: 1e9, timeWindow: 86_400_000 } }),
    ],
  };
  await (await getMigrations(options)).runMigrations();
  const auth = betterAuth(options);

  const { user } = await auth.api.signUpEmail({
    body: {
      email: 'bench@example.com',
      password: 'a password of the benchmark',
      name: 'bench',
    },
  });
  const made: string[] = [];
  for (let i = 0; i < keys; i++) {
    const body = { userId: user.id, rateLimitEnabled: rateLimit };
    made.push((await auth.api.createApiKey({ body })).key);
  }

  const check = async (key: string): Promise<void> => {
    const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
    if (!valid) throw new Error(`better-auth refused a valid key: ${JSON.stringify(error)}`);
  };
  const routes = await serveRoutes(check);
  return {
    methods: {
      check: (plan) => closedLoop(plan, (index) => check(made[index % made.length] ?? '')),
      served: () => Promise.resolve({ origin: routes.origin, keys: made }),
    },
    close: async () => {
      await routes.close();
      await pool.end();
    },
  };
});
