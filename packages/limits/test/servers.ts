import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

/** A redis-server of this test's own, which can be killed, paused and started again. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly directory: string,
    readonly settings: readonly string[],
  ) {}

  static async start(...settings: string[]): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'limits-'));
    const server = new RedisServer(await freePort(), directory, settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
    this.#process = spawn(
      process.env['REDIS_SERVER'] ?? 'redis-server',
      [...options, '--dir', this.directory, ...this.settings],
      { stdio: 'ignore' },
    );
    await this.#answering();
  }

  /** As the machine failing would: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    await this.#end('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child?.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await exited;
    }
  }

  async #answering(): Promise<void> {
    const probe = new Redis(this.url, { retryStrategy: () => 20, maxRetriesPerRequest: 500 });
    // Each refused attempt is one of these; the ping below waits for the one that succeeds.
    probe.on('error', () => undefined);
    try {
      await probe.ping();
    } finally {
      probe.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    // A cluster node listens on its port plus 10,000 too.
    if (port < 55_000) {
      return port;
    }
  }
}
