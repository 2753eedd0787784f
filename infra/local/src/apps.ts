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
  /** Started in this order, stopped in this order. */
  readonly entryPoints: readonly EntryPoint[];
  /** The command line, below the app's folder. */
  readonly commandLine: string;
  /**
   * The arguments with which the command line makes the demo. Its last line on stdout is
   * the section as JSON, or `{"kept":true}` when the one given is still good.
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

/** Everything that `npm start` runs. */
export const apps: readonly App[] = [vision];
