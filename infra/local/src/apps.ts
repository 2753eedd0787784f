/** What `.local/demo.json` holds about one app. */
export type DemoSection = Readonly<Record<string, unknown>> & { readonly url: string };

/** One process of an app. */
export interface EntryPoint {
  /** Stands before each of its lines, and names its log. */
  readonly name: string;
  /** Below the app's folder. */
  readonly file: string;
  /** Answers 200 when the process can be used; a process without it counts as ready at once. */
  readonly readyPath?: string;
}

/** A login role that the app's migrations create, each for one function of the app. */
export interface DatabaseRole {
  readonly role: string;
  /** The environment variable in which its connection string is handed out. */
  readonly variable: string;
}

/** What an app's environment is made of on this machine. */
export interface LocalSettings {
  /** Where the app is reached. */
  readonly url: string;
  /** 32 random bytes in base64url, made once for each name and kept in the local folder. */
  readonly key: (name: string) => string;
  /** A folder of the app's own in the local one. */
  readonly folder: (name: string) => string;
}

/** How an app is prepared and run. All there is to know about it here. */
export interface App {
  /** Its section of `.local/demo.json`. */
  readonly name: string;
  /** Its package, for the build. */
  readonly packageName: string;
  /** Its folder, below the root. */
  readonly folder: string;
  readonly database: string;
  readonly port: { readonly variable: string; readonly standard: number };
  /** A program of the app's packages. It alone is given `DATABASE_URL`, the owner's. */
  readonly migrate: readonly string[];
  /** Prisma's migrations, below the app's folder. */
  readonly migrations: string;
  /** They get their passwords after the migration. One that does not exist is left out. */
  readonly roles: readonly DatabaseRole[];
  /** What its processes and its command line need to know beside ports, databases and Redis. */
  environment?(local: LocalSettings): Readonly<Record<string, string>>;
  /** Started in this order, stopped in this order. */
  readonly entryPoints: readonly EntryPoint[];
  /** The command line, below the app's folder. */
  readonly commandLine: string;
  /**
   * The arguments with which the command line makes the demo. Its last line on stdout is
   * the section as JSON, or `{"kept":true}` when the one given is still good, with what
   * of it has changed.
   */
  seed(existing: DemoSection | undefined): readonly string[];
  /** What a newcomer may try at once. */
  tryIt(section: DemoSection): string;
}

/** A photo of somebody, below the root. */
const PHOTO = 'packages/vision-engine/test/images/astronaut.jpg';

const vision: App = {
  name: 'vision',
  packageName: '@nomo/vision-api',
  folder: 'apps/vision-api',
  database: 'vision',
  port: { variable: 'VISION_PORT', standard: 3000 },
  migrate: ['prisma', 'migrate', 'deploy'],
  migrations: 'prisma/migrations',
  roles: ['vision', 'keys', 'billing', 'webhook', 'admin', 'worker'].map((name) => ({
    role: `nomosly_${name}`,
    variable: `DATABASE_URL_${name.toUpperCase()}`,
  })),
  environment: ({ key, folder }) => ({
    // In earnest they lie where the database's server cannot reach them.
    AUDIT_CHECKPOINTS: folder('vision-audit-checkpoints'),
    AUDIT_CHECKPOINT_KEY: key('vision-audit-checkpoints'),
  }),
  entryPoints: [
    { name: 'vision-api', file: 'dist/main.js', readyPath: '/health/ready' },
    { name: 'vision-worker', file: 'dist/worker.js' },
  ],
  commandLine: 'dist/cli/main.js',
  seed: (existing) => [
    'demo',
    ...(typeof existing?.['keyId'] === 'string'
      ? ['--existing-key-id', existing['keyId']]
      : []),
  ],
  tryIt: ({ url, apiKey }) =>
    `curl -s -H "x-api-key: ${String(apiKey)}" -F image=@${PHOTO} ${url}/v1/faces/detect`,
};

const identity: App = {
  name: 'identity',
  packageName: '@nomo/identity',
  folder: 'apps/identity',
  database: 'identity',
  port: { variable: 'IDENTITY_PORT', standard: 4000 },
  migrate: ['prisma', 'migrate', 'deploy'],
  migrations: 'prisma/migrations',
  roles: ['api', 'worker'].map((name) => ({
    role: `namoid_${name}`,
    variable: `DATABASE_URL_${name.toUpperCase()}`,
  })),
  environment: ({ url, key }) => ({
    BASE_URL: url,
    SECRET_BOX_KEYS: `local:${key('identity-secret-box')}`,
    CODE_DIGEST_KEY: key('identity-code-digests'),
    // Whoever tries a webhook here receives it on this machine.
    PRIVATE_NETWORK_CALLS: 'allow',
  }),
  entryPoints: [
    { name: 'identity', file: 'dist/main.js', readyPath: '/health/ready' },
    { name: 'identity-worker', file: 'dist/worker.js' },
  ],
  commandLine: 'dist/cli/main.js',
  seed: (existing) => {
    const clientId = webClientIdOf(existing);
    return ['demo', ...(clientId === undefined ? [] : ['--existing-client-id', clientId])];
  },
  tryIt: ({ issuer }) => `curl -s ${String(issuer)}/.well-known/openid-configuration`,
};

/** The one application of the demo by which the command line knows the others. */
function webClientIdOf(section: DemoSection | undefined): string | undefined {
  const { web } = (section?.['applications'] ?? {}) as { web?: { clientId?: unknown } };
  return typeof web?.clientId === 'string' ? web.clientId : undefined;
}

/** Everything that `npm start` runs. */
export const apps: readonly App[] = [vision, identity];
