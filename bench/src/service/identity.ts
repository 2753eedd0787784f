import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, roleUrl } from '@nomo/local/testing';
import { BenchmarkError } from '../frame/benchmark.ts';
import { residentMemory } from '../frame/child.ts';
import { interruption } from '../frame/interruption.ts';
import { claimRedis, createDatabase } from './stores.ts';

const folder = fileURLToPath(new URL('../../../apps/identity/', import.meta.url));
const run = promisify(execFile);

/** How long the service may take to start. */
const START_MS = 60_000;
/** How often it is asked whether it has: start-up is measured this exactly. */
const ASK_MS = 10;

/** What issuers begin with. Nobody asks there: requests name the organization by their path. */
export const BASE_URL = 'http://identity.example.com';

/** The variables that NamoID needs. */
export interface IdentityEnvironment {
  readonly BASE_URL: string;
  readonly DATABASE_URL_API: string;
  readonly REDIS_URL: string;
  readonly SECRET_BOX_KEYS: string;
  readonly CODE_DIGEST_KEY: string;
  readonly LOG_LEVEL: string;
}

/** What NamoID stands on in one run of a benchmark. */
export interface IdentityStores {
  /** The owner's, who sees every organization. */
  readonly databaseUrl: string;
  readonly environment: IdentityEnvironment;
}

/** A migrated database and an empty Redis, both removed when `stack` is disposed of. */
export async function prepareIdentityStores(
  stack: AsyncDisposableStack,
): Promise<IdentityStores> {
  const database = stack.use(await createDatabase());
  const redis = stack.use(await claimRedis());
  await run(`${folder}node_modules/.bin/prisma`, ['migrate', 'deploy'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: database.url },
  }).catch((error: unknown) => {
    throw new BenchmarkError(`The database could not be migrated: ${String(error)}`);
  });
  return {
    databaseUrl: database.url,
    environment: {
      BASE_URL,
      DATABASE_URL_API: await roleUrl(database.url, 'namoid_api'),
      REDIS_URL: redis.url,
      SECRET_BOX_KEYS: `bench:${randomBytes(32).toString('base64url')}`,
      CODE_DIGEST_KEY: randomBytes(32).toString('base64url'),
      LOG_LEVEL: 'info',
    },
  };
}

/** NamoID as it runs in production, one process of it. */
export class Identity implements AsyncDisposable {
  readonly origin: string;
  /** From the start of the process to its first "ready". */
  readonly startMs: number;
  readonly #process: ChildProcess;

  private constructor(origin: string, process: ChildProcess, startMs: number) {
    this.origin = origin;
    this.#process = process;
    this.startMs = startMs;
  }

  /** @returns when it is ready. */
  static async start(environment: IdentityEnvironment): Promise<Identity> {
    const port = await findFreePort();
    const begin = performance.now();
    const child = spawn(process.execPath, [`${folder}dist/main.js`], {
      cwd: folder,
      env: { ...process.env, ...environment, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const origin = `http://127.0.0.1:${port}`;
    while (
      performance.now() - begin < START_MS &&
      child.exitCode === null &&
      !interruption.aborted
    ) {
      const answer = await fetch(`${origin}/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return new Identity(origin, child, performance.now() - begin);
      await sleep(ASK_MS);
    }
    await new Identity(origin, child, 0)[Symbol.asyncDispose]();
    interruption.throwIfAborted();
    throw new BenchmarkError(`identity did not become ready.\n${complaint}`);
  }

  async residentBytes(): Promise<number> {
    return residentMemory(this.#process.pid);
  }

  /** Processor time that it has used so far, in milliseconds. */
  async processorMs(): Promise<number> {
    return processorTime(this.#process.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const MS_A_TICK = 10;

/** Processor time of a running process with all its threads, in milliseconds. */
export async function processorTime(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything.
  const [, , , , , , , , , , , user, system] = status
    .slice(status.lastIndexOf(')') + 1)
    .split(' ');
  return (Number(user) + Number(system)) * MS_A_TICK;
}
