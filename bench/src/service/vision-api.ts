import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, roleUrl } from '@nomo/local/testing';
import { databaseRoleOf, ROLES, urlVariableOf } from '@nomo/vision-api/dist/roles.js';
import { BenchmarkError } from '../frame/benchmark.ts';
import { residentMemory } from '../frame/child.ts';
import { interruption } from '../frame/interruption.ts';
import { claimRedis, createDatabase } from './stores.ts';

const folder = fileURLToPath(new URL('../../../apps/vision-api/', import.meta.url));
const run = promisify(execFile);

/** How long the service may take to load its models and warm them up. */
const START_MS = 60_000;

/** The variables the service needs, with limits that no benchmark reaches. */
export interface Environment {
  readonly [variable: `DATABASE_URL_${string}`]: string;
  /** Of the owner: read by no service, only by what prepares and counts. */
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
  readonly RATE_LIMIT_PER_SECOND: string;
  readonly RATE_LIMIT_BURST: string;
  readonly DAILY_QUOTA: string;
  readonly LOG_LEVEL: string;
}

/** A migrated database and an empty Redis, both removed when `stack` is disposed of. */
export async function prepareStores(stack: AsyncDisposableStack): Promise<Environment> {
  const database = stack.use(await createDatabase());
  const redis = stack.use(await claimRedis());
  await run(`${folder}node_modules/.bin/prisma`, ['migrate', 'deploy'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: database.url },
  }).catch((error: unknown) => {
    throw new BenchmarkError(`The database could not be migrated: ${String(error)}`);
  });
  const urls = new Map<string, string>();
  for (const role of ROLES)
    urls.set(urlVariableOf(role), await roleUrl(database.url, databaseRoleOf(role)));
  return {
    ...Object.fromEntries(urls),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    RATE_LIMIT_PER_SECOND: '1000000',
    RATE_LIMIT_BURST: '1000000000',
    DAILY_QUOTA: '1000000000',
    LOG_LEVEL: 'info',
  };
}

/** Makes an API key with every scope and answers it as `<key_id>.<secret>`. */
export async function createKey(environment: Environment): Promise<string> {
  const args = ['keys', 'create', '--user', 'bench@example.com', '--scopes', 'all', '--json'];
  const { stdout } = await run(process.execPath, [`${folder}dist/cli/main.js`, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return (JSON.parse(stdout) as { key: string }).key;
}

/** The service as it runs in production, in a process of its own. */
export class VisionApi implements AsyncDisposable {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(origin: string, process: ChildProcess) {
    this.origin = origin;
    this.#process = process;
  }

  /** @returns when it is ready, which is when all its models are warm. */
  static async start(environment: Environment, workers: number): Promise<VisionApi> {
    const port = await findFreePort();
    const child = spawn(process.execPath, [`${folder}dist/main.js`], {
      cwd: folder,
      env: {
        ...process.env,
        ...environment,
        // As the README of vision-api has it for production.
        MALLOC_ARENA_MAX: '2',
        PORT: String(port),
        ENGINE_WORKERS: String(workers),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const api = new VisionApi(`http://127.0.0.1:${port}`, child);
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline && child.exitCode === null && !interruption.aborted) {
      const answer = await fetch(`${api.origin}/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return api;
      await sleep(200);
    }
    await api[Symbol.asyncDispose]();
    interruption.throwIfAborted();
    throw new BenchmarkError(`vision-api did not become ready.\n${complaint}`);
  }

  async residentBytes(): Promise<number> {
    return residentMemory(this.#process.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}
