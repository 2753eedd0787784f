import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { COMPILED, findFreePort } from '@nomo/local/testing';
import { type Stores } from './stores.js';

const programs = path.resolve(import.meta.dirname, '../../dist');

export interface ServiceProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built service as a process of its own, and waits until it answers. */
export async function startProcess(
  stores: Pick<Stores, 'environment'>,
  environment: Record<string, string> = {},
): Promise<ServiceProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [path.join(programs, 'main.js')], {
    env: {
      PATH: process.env['PATH'],
      ...COMPILED,
      ...stores.environment,
      PORT: String(port),
      LOG_LEVEL: 'error',
      ENGINE_WORKERS: '1',
      ...environment,
    },
    stdio: 'inherit',
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error('the service did not start');
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (ready?.status === 200) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A worker that works. */
export type WorkerProcess = Pick<ServiceProcess, 'stop'>;

/** Starts the built worker as a process of its own. */
export function startWorkerProcess(
  stores: Pick<Stores, 'environment'>,
  environment: Record<string, string> = {},
): WorkerProcess {
  const child = spawn(process.execPath, [path.join(programs, 'worker.js')], {
    env: {
      PATH: process.env['PATH'],
      ...COMPILED,
      ...stores.environment,
      LOG_LEVEL: 'error',
      ...environment,
    },
    stdio: 'inherit',
  });
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
