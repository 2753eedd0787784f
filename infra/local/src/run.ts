import { spawn } from 'node:child_process';

import { dieWithUs } from './guard.ts';
import { type Log } from './layout.ts';
import { Interrupted } from './failure.ts';

/** How a program ended. */
export interface RunResult {
  /** `null` when it could not be started or was ended by a signal. */
  readonly status: number | null;
  /** What it wrote, both streams as they came. */
  readonly output: string;
  /** What it wrote to stdout. */
  readonly stdout: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly log: Log;
  /** Its answer is a secret: stdout goes neither to the log nor into `output`. */
  readonly secret?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program, and makes the call throw `Interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end and keeps what it says in a log. It dies with this process. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, log, secret = false, env = process.env, signal }: RunOptions,
): Promise<RunResult> {
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  dieWithUs(child, { signal: 'TERM' });
  const chunks: Buffer[] = [];
  const answer: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    log.write(chunk);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    answer.push(chunk);
    if (!secret) keep(chunk);
  });
  child.stderr.on('data', keep);
  const end = (): void => {
    child.kill('SIGTERM');
  };
  signal?.addEventListener('abort', end, { once: true });
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      keep(Buffer.from(`${command}: ${error.message}\n`));
      resolve(null);
    });
    child.once('close', resolve);
  });
  signal?.removeEventListener('abort', end);
  if (signal?.reason instanceof Interrupted) throw signal.reason;
  return {
    status,
    output: Buffer.concat(chunks).toString('utf8'),
    stdout: Buffer.concat(answer).toString('utf8'),
  };
}
