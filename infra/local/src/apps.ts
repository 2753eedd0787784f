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
  /** As which of the app's roles it signs in: it is told of no other. */
  readonly roles: readonly string[];
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
  /** What the demo of another app holds, once it is made. */
  readonly demoOf: (name: string) => DemoSection | undefined;
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
   *
   * @param urlOf where another app will be reached, by its name; nowhere if it is not run
   */
  seed(
    existing: DemoSection | undefined,
    urlOf: (name: string) => string | undefined,
  ): readonly string[];
  /** Where its pages are, for people in a browser. */
  readonly console?: string;
  /** What a newcomer may try at once. */
  tryIt(section: DemoSection): string;
}

/** A photo of somebody, below the root. */
const PHOTO = 'packages/vision-engine/test/images/astronaut.jpg';

/** What answers requests. The worker alone looks across customers. */
const VISION_API_ROLES = [
  'nomosly_vision',
  'nomosly_keys',
  'nomosly_billing',
  'nomosly_webhook',
  'nomosly_admin',
  'nomosly_console',
];

/** `nomosly_keys` signs in with DATABASE_URL_KEYS. */
function roleOf(role: string): DatabaseRole {
  return { role, variable: `DATABASE_URL_${role.replace(/^[^_]*_/, '').toUpperCase()}` };
}

const vision: App = {
  name: 'vision',
  packageName: '@nomo/vision-api',
  folder: 'apps/vision-api',
  database: 'vision',
  port: { variable: 'VISION_PORT', standard: 3000 },
  migrate: ['prisma', 'migrate', 'deploy'],
  migrations: 'prisma/migrations',
  roles: [...VISION_API_ROLES, 'nomosly_worker'].map(roleOf),
  environment: ({ key, folder, demoOf }) => ({
    ...consoleSettings(demoOf('identity')),
    // In earnest they lie where the database's server cannot reach them.
    AUDIT_CHECKPOINTS: folder('vision-audit-checkpoints'),
    AUDIT_CHECKPOINT_KEY: key('vision-audit-checkpoints'),
  }),
  console: '/dashboard',
  entryPoints: [
    {
      name: 'vision-api',
      file: 'dist/main.js',
      readyPath: '/health/ready',
      roles: VISION_API_ROLES,
    },
    { name: 'vision-worker', file: 'dist/worker.js', roles: ['nomosly_worker'] },
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
  roles: ['namoid_api', 'namoid_worker'].map(roleOf),
  environment: ({ url, key, folder }) => ({
    BASE_URL: url,
    SECRET_BOX_KEYS: `local:${key('identity-secret-box')}`,
    CODE_DIGEST_KEY: key('identity-code-digests'),
    AUDIT_CHECKPOINTS: folder('identity-audit-checkpoints'),
    AUDIT_CHECKPOINT_KEY: key('identity-audit-checkpoints'),
    // Whoever tries a webhook here receives it on this machine.
    PRIVATE_NETWORK_CALLS: 'allow',
  }),
  entryPoints: [
    {
      name: 'identity',
      file: 'dist/main.js',
      readyPath: '/health/ready',
      roles: ['namoid_api'],
    },
    {
      name: 'identity-worker',
      file: 'dist/worker.js',
      // What it does for one organization, it does as that organization.
      roles: ['namoid_api', 'namoid_worker'],
    },
  ],
  commandLine: 'dist/cli/main.js',
  seed: (existing, urlOf) => {
    const clientId = webClientIdOf(existing);
    const consoleUrl = urlOf('vision');
    return [
      'demo',
      ...(clientId === undefined ? [] : ['--existing-client-id', clientId]),
      ...(consoleUrl === undefined ? [] : ['--console-url', consoleUrl]),
    ];
  },
  tryIt: ({ issuer }) => `curl -s ${String(issuer)}/.well-known/openid-configuration`,
};

interface DemoApplications {
  readonly web?: { readonly clientId?: unknown };
  readonly console?: { readonly clientId?: unknown; readonly clientSecret?: unknown };
}

function applicationsOf(section: DemoSection | undefined): DemoApplications {
  return section?.['applications'] ?? {};
}

/**
 * The one application of the demo by which the command line knows the others; none where not
 * all of them are there.
 */
function webClientIdOf(section: DemoSection | undefined): string | undefined {
  const { web, console } = applicationsOf(section);
  return typeof web?.clientId === 'string' && console !== undefined ? web.clientId : undefined;
}

/** Where the console signs people in: at NamoID, as the application that its demo has for it. */
function consoleSettings(identity: DemoSection | undefined): Readonly<Record<string, string>> {
  const { console } = applicationsOf(identity);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    OIDC_ISSUER: console === undefined ? '' : text(identity?.['issuer']),
    OIDC_CLIENT_ID: text(console?.clientId),
    OIDC_CLIENT_SECRET: text(console?.clientSecret),
  };
}

/** Everything that `npm start` runs. */
export const apps: readonly App[] = [vision, identity];
