import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { dieWithUs } from './guard.ts';

interface ForegroundOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs a program that has the terminal to itself.
 *
 * @returns its exit code; 128 and the signal's number when a signal ended it, as shells do
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  { cwd, env, signal }: ForegroundOptions,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
  dieWithUs(child, { signal: 'TERM' });
  const end = (): void => {
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => {
        resolve(code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]));
      });
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}
