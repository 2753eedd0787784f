import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ServiceProcess } from './service-process.js';

let running: ServiceProcess | undefined;
function start(variables: Record<string, string> = {}, args: string[] = []): ServiceProcess {
  running = new ServiceProcess(variables, 'service.mjs', ...args);
  return running;
}
afterEach(() => {
  running?.kill('SIGKILL');
});

describe('a service as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes what runs, runs its hooks, writes its log and exits 0',
    async (signal) => {
      const service = start();
      const url = await service.logged('listening');
      const answer = fetch(`${url}/wait?ms=200`).then((response) => response.json());
      await service.said('wait began');
      service.kill(signal);
      expect(await answer).toEqual({ waited: true });
      expect(await service.exitCode).toBe(0);
      expect(service.stderr).toContain('shutdown hook');
      expect(service.stdout.trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
    },
  );

  it('exits 1 when it had to cut something off', async () => {
    const service = start({ SHUTDOWN_TIMEOUT_MS: '100' });
    const url = await service.logged('listening');
    const answer = fetch(`${url}/wait?ms=20000`).catch(() => 'cut off');
    await service.said('wait began');
    service.kill('SIGTERM');
    expect(await answer).toBe('cut off');
    expect(await service.exitCode).toBe(1);
    expect(service.stderr).toContain('shutdown hook');
  });

  it('exits at once on a second signal', async () => {
    const service = start();
    const url = await service.logged('listening');
    const answer = fetch(`${url}/wait?ms=20000`).catch(() => 'cut off');
    await service.said('wait began');
    service.kill('SIGTERM');
    await service.logged('stopping');
    service.kill('SIGTERM');
    expect(await answer).toBe('cut off');
    expect(await service.exitCode).toBe(1);
    expect(service.stderr).not.toContain('shutdown hook');
  });

  it('says everything that is wrong with its environment in a few lines, without values', async () => {
    const service = start({ PORT: 'http', TOKEN: 'hunter2' });
    expect(await service.exitCode).toBe(1);
    expect(service.stderr).toBe(
      [
        'process-example cannot start: the environment is wrong:',
        '  PORT: Invalid input: expected number, received NaN. Port to listen on; 0 takes any free one.',
        '  TOKEN: Too small: expected string to have >=20 characters. A secret.',
        '',
      ].join('\n'),
    );
    expect(service.stdout).toBe('');
  });

  it('says in one sentence that its port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const service = start({ PORT: String(port) });
    expect(await service.exitCode).toBe(1);
    expect(service.stderr).toBe(
      `shutdown hook\nprocess-example cannot start: port ${port} of 127.0.0.1 is in use by another program. Choose another with PORT.\n`,
    );
    holder.close();
  });

  it('does not quote credentials when something else fails', async () => {
    const password = 'hunter2';
    const service = start({ FAIL_WITH: `cannot reach redis://app:${password}@cache` });
    expect(await service.exitCode).toBe(1);
    expect(service.stderr).toContain(
      'cannot start: Error: cannot reach redis://app:[redacted]@',
    );
    expect(service.stderr).not.toContain(password);
  });

  it('logs an error that nobody caught, and exits 1', async () => {
    const service = start();
    const url = await service.logged('listening');
    await fetch(`${url}/crash`).catch(() => undefined);
    expect(await service.exitCode).toBe(1);
    expect(service.stdout).toContain('nobody catches this');
    expect(service.stdout).toContain('"level":"fatal"');
  });

  it('explains its variables with --help, and does not start', async () => {
    const service = start({}, ['--help']);
    expect(await service.exitCode).toBe(0);
    expect(service.stdout).toContain('process-example 0.0.1: A service as a process.');
    expect(service.stdout).toMatch(/\| TOKEN +\| \(none\) +\| A secret\. \|/);
    expect(service.stdout).not.toContain('listening');
  });
});

describe('a worker as a process', () => {
  it('runs without a port, and stops like a service', async () => {
    const worker = start({ ROLE: 'worker' });
    expect(await worker.logged('working')).toBe('');
    // Nothing of this example keeps a process alive by itself; a queue's connection does.
    expect(await worker.exitCode).toBe(0);
  });

  it('answers for its health and metrics where it is told to', async () => {
    const worker = start({ ROLE: 'worker', WORKER_PORT: '0' });
    const url = await worker.logged('working');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
    expect((await fetch(`${url}/docs`)).status).toBe(404);
    worker.kill('SIGTERM');
    expect(await worker.exitCode).toBe(0);
    expect(worker.stderr).toContain('shutdown hook');
  });
});
