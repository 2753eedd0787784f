import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder of this package. */
export const packageFolder = path.resolve(import.meta.dirname, '..');

/** A program of a few lines, running in a process of its own. */
export interface Script {
  readonly child: ChildProcess;
  /** The next whole line it writes to stdout. @throws when it ends without one */
  line(): Promise<string>;
  /** How it ended, and everything it wrote. */
  readonly done: Promise<{ code: number | null; output: string }>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running: Jest would wait for it for ever. */
export function endScripts(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs a script with top-level await in a process of its own. `source(file)` in it imports
 * a file of this package.
 */
export function runScript(code: string, env: NodeJS.ProcessEnv = {}): Script {
  const prelude = `const source = (file) => import(${JSON.stringify(packageFolder)} + '/' + file);\n`;
  return runProgram(process.execPath, ['--input-type=module', '--eval', prelude + code], env);
}

/** Runs a program and listens to it. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  account: { readonly uid?: number; readonly gid?: number } = {},
): Script {
  const child = spawn(command, args, {
    ...account,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let ended = false;
  let read = 0;
  const listen = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  running.add(child);
  const done = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      running.delete(child);
      resolve({ code, output });
    });
  });
  return {
    child,
    done,
    line: async () => {
      for (;;) {
        const end = output.indexOf('\n', read);
        if (end >= 0) {
          const line = output.slice(read, end);
          read = end + 1;
          return line;
        }
        if (ended) throw new Error(`The script ended: ${output}`);
        await sleep(10);
      }
    },
  };
}

/** Waits until something holds. @throws when it does not for a long time */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; !(await holds()); turns += 1) {
    if (turns > 1_000) throw new Error('What was waited for has not come');
    await sleep(20);
  }
}
