import { COMPILED, dieWithUs } from '@nomo/local/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const programs = path.resolve(import.meta.dirname, '../../dist');

const LOOK_EVERY_MS = 20;

/** Lines of a program's log that are kept, to be shown when something went wrong. */
const LINES_KEPT = 200;

/** A built program as a process, that may be killed and started again at the same address. */
export class Program {
  /** The latest lines of its log. */
  readonly lines: string[] = [];
  /** How often it ended without having been told to. */
  deaths = 0;
  private child: ChildProcess | undefined;

  /** @param url - Where it answers for its health. */
  constructor(
    readonly name: string,
    readonly url: string,
    private readonly file: 'main.js' | 'worker.js',
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts it, and waits until it can be sent requests. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [path.join(programs, this.file)], {
      env: {
        PATH: process.env['PATH'],
        ...COMPILED,
        MALLOC_ARENA_MAX: '2',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    dieWithUs(child);
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.lines.push(...text.trimEnd().split('\n'));
        this.lines.splice(0, this.lines.length - LINES_KEPT);
      });
    }
    child.once('exit', () => {
      if (this.child === child) this.deaths += 1;
    });
    while (!(await this.isReady())) {
      if (child.exitCode !== null) {
        throw new Error(`${this.name} did not start:\n${this.lines.join('\n')}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  /** The value of a metric, added up over those of its labels that hold `label`. */
  async metric(name: string, label = ''): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(name) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /**
   * Ends it by a signal, and waits until it has ended.
   *
   * @returns its exit code; `null` when the signal was its end
   */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await ended;
    return code;
  }
}
