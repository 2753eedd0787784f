import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { BenchmarkError } from '../frame/benchmark.ts';

/** Linux counts processor time in these. */
const TICKS_PER_SECOND = 100;

/** The last core: the first one tends to have the interrupts. */
const CORE = String(availableParallelism() - 1);

/** Whether processes can be held to one core here. */
export const pins = spawnSync('taskset', ['-c', CORE, 'true']).status === 0;

/** A worker in a process of its own, held to one core where the machine lets us. */
export class WorkerProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  #complaint = '';

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv) {
    const command = pins ? ['taskset', '-c', CORE, process.execPath] : [process.execPath];
    const [program, ...first] = command;
    this.#process = spawn(program ?? '', [...first, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#exited = once(this.#process, 'exit');
    this.#process.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.#complaint += text));
  }

  /** @throws BenchmarkError when it has ended. */
  requireRunning(): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) return;
    throw new BenchmarkError(`A worker has ended.\n${this.#complaint}`);
  }

  /** Processor time since it began, of all its threads. `taskset` becomes what it starts. */
  async processorSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${String(this.#process.pid)}/stat`, 'utf8');
    // After the name in parentheses, from the third field on: 14 and 15 are wanted.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await this.#exited;
  }
}
