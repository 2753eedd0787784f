import { COMPILED } from '@nomo/local/testing';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Stores } from './stores.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

export interface CommandOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a person would. */
export async function runCommand(
  stores: Pick<Stores, 'environment'>,
  args: readonly string[],
): Promise<CommandOutcome> {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      PATH: process.env['PATH'],
      ...COMPILED,
      ...stores.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout, stderr };
}
