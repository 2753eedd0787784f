import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixture = new URL('fixture/', import.meta.url).pathname;
const packageRoot = new URL('../', import.meta.url).pathname;
const cli = fileURLToPath(import.meta.resolve('prisma/build/index.js'));
export const schemaEngine = join(packageRoot, 'schema-engine.mjs');

export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** A copy of the fixture, in a folder of its own, that the Prisma CLI can be run in. */
export interface Project {
  readonly folder: string;
  prisma(args: string, environment?: Record<string, string>, stdin?: string): Promise<Outcome>;
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

export async function createProject(databaseUrl: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-engine-'));
  await cp(fixture, folder, { recursive: true });
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    prisma: (args, environment = {}, stdin = '') =>
      run(process.execPath, [cli, ...args.split(' ')], stdin, {
        cwd: folder,
        env: { ...environmentFor(databaseUrl), ...environment },
      }),
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Starts the engine as the CLI would, hands it these requests and waits for it to end. */
export function callEngine(databaseUrl: string, ...requests: object[]): Promise<Outcome> {
  return run(
    schemaEngine,
    ['--datasource', JSON.stringify({ url: databaseUrl })],
    requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    { cwd: packageRoot, env: environmentFor(databaseUrl) },
  );
}

/** `env node` in the engine's first line has to find the Node that the tests run on. */
function environmentFor(databaseUrl: string): Record<string, string> {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return {
    ...(process.env as Record<string, string>),
    PATH: path,
    DATABASE_URL: databaseUrl,
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
    CHECKPOINT_DISABLE: '1',
    NO_COLOR: '1',
  };
}

function run(
  file: string,
  args: string[],
  stdin: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, output: stdout + stderr });
    });
    child.stdin?.end(stdin);
  });
}
