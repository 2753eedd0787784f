import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { COMPILED, findFreePort } from '@nomo/local/testing';
import { type Stack } from './stack.js';

const program = path.resolve(import.meta.dirname, '../../dist/main.js');

/** The built service in a process of its own, on the stores and under the address of a stack. */
export interface ServiceProcess {
  readonly pid: number | undefined;
  /** Where it listens. What it calls itself is the stack's address. */
  readonly url: string;
  /** Ends it at once, as a machine that fails does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServiceProcess(
  stack: Pick<Stack, 'environment'>,
): Promise<ServiceProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      ...COMPILED,
      ...stack.environment,
      PORT: String(port),
      LOG_LEVEL: 'error',
    },
    stdio: 'inherit',
  });
  const url = `http://127.0.0.1:${port}`;
  const end = (signal: 'SIGKILL' | 'SIGTERM') => (): Promise<void> => endBy(child, signal);
  for (;;) {
    if (child.exitCode !== null) throw new Error('the service did not start');
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (ready?.status === 200) {
      return { pid: child.pid, url, kill: end('SIGKILL'), stop: end('SIGTERM') };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endBy(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
