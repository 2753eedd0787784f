import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A service or worker in a process of its own. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcess;

  /** @param script of the folder `process`; flags of Node may stand before it, arguments after it */
  constructor(variables: Record<string, string>, ...script: readonly string[]) {
    const cwd = new URL('process/', import.meta.url);
    const environment = { PATH: process.env['PATH'] ?? '', PORT: '0', ...variables };
    this.child = spawn(process.execPath, script, { cwd, env: environment });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exitCode = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Waits for a line of the log, and returns where the service listens, if the line says. */
  async logged(message: string): Promise<string> {
    for (;;) {
      const line = this.stdout.split('\n').find((text) => text.includes(`"msg":"${message}"`));
      if (line !== undefined) return (JSON.parse(line) as { url?: string }).url ?? '';
      if (this.child.exitCode !== null) throw new Error(this.stderr);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async said(text: string): Promise<void> {
    while (!this.stderr.includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
