import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from './benchmark.ts';
import type { Answer, Methods, Question } from './serve.ts';

/** Enough of what a child wrote to explain why it ended. */
const LAST_WORDS = 4000;

/**
 * A contender in a process of its own, so that none shares its heap, its event loop or
 * its threads with another. The script calls `serve` with the methods that `Contract`
 * names; here they are called by name.
 */
export class Child<Contract extends Methods<Contract>> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #ended: BenchmarkError | undefined;
  #nextId = 0;
  #lastWords = '';

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(this.#failure(answer.error));
      else waiting?.resolve(answer.value);
    });
    process.on('error', (error) => {
      this.#end(error.message);
    });
    process.on('exit', (code, signal) => {
      this.#end(`ended with ${signal ?? `code ${String(code)}`}\n${this.#lastWords}`);
    });
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
      });
  }

  /** @param setup reaches the script as `process.argv[2]`, in JSON. */
  static async start<Contract extends Methods<Contract>>(
    name: string,
    script: URL,
    setup: unknown = null,
    environment: NodeJS.ProcessEnv = process.env,
  ): Promise<Child<Contract>> {
    const child = new Child<Contract>(
      name,
      fork(fileURLToPath(script), [JSON.stringify(setup)], {
        env: environment,
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      }),
    );
    await child.#ask('ready', null);
    return child;
  }

  /** @throws BenchmarkError when the method throws, or the process ends before it answers. */
  async call<Method extends keyof Contract & string>(
    method: Method,
    argument: Parameters<Contract[Method]>[0],
  ): Promise<Awaited<ReturnType<Contract[Method]>>> {
    return (await this.#ask(method, argument)) as Awaited<ReturnType<Contract[Method]>>;
  }

  residentBytes(): Promise<number> {
    return residentMemory(this.#process.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    // The script ends itself when the channel closes, after closing what it has open.
    this.#process.disconnect();
    await exited;
  }

  #ask(method: string, argument: unknown): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#process.send({ id, method, argument } satisfies Question);
    return waiting.promise;
  }

  #end(reason: string): void {
    this.#ended ??= this.#failure(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  #failure(reason: string): BenchmarkError {
    return new BenchmarkError(`${this.#name}: ${reason.trim()}`);
  }
}

/** Resident memory of a running process in bytes, as Linux has it. */
export async function residentMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new BenchmarkError(`Process ${String(pid)} has ended.`);
  return Number(kibibytes) * 1024;
}
