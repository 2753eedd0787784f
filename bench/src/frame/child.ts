import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from './benchmark.ts';
import { interruption } from './interruption.ts';
import type { Answer, Methods, Question } from './serve.ts';

/** Enough of what a child wrote to explain why it ended. */
const LAST_WORDS = 4000;

/** How long a child may take to close what it has open. */
const CLOSE_MS = 5000;

/**
 * A contender in a process of its own, so that none shares its heap, its event loop or
 * its threads with another. The script calls `serve` with the methods that `Contract`
 * names; here they are called by name.
 */
export class Child<Contract extends Methods<Contract>> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #exited: Promise<unknown>;
  /** Why nothing can be asked any more. */
  #failure: BenchmarkError | undefined;
  #nextId = 0;
  #lastWords = '';

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    // Not `close`: Node never says it after a channel that this side disconnected.
    this.#exited = once(process, 'exit').catch(() => undefined);
    process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(this.#complaint(answer.error));
      else waiting?.resolve(answer.value);
    });
    process.on('error', (error) => {
      this.#fail(this.#complaint(error.message));
    });
    process.on('close', (code, signal) => {
      this.#fail(this.#complaint(`ended with ${signal ?? String(code)}\n${this.#lastWords}`));
    });
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
      });
    interruption.addEventListener('abort', () => {
      this.#fail(interruption.reason as BenchmarkError);
    });
  }

  /**
   * @param setup reaches the script as `process.argv[2]`, in JSON.
   * @throws BenchmarkError when the script fails before it can answer.
   */
  static async start<Contract extends Methods<Contract>>(
    name: string,
    script: URL,
    setup: unknown = null,
  ): Promise<Child<Contract>> {
    interruption.throwIfAborted();
    const child = new Child<Contract>(
      name,
      fork(fileURLToPath(script), [JSON.stringify(setup)], {
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      }),
    );
    try {
      await child.#ask('ready', null);
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
    return child;
  }

  /** @throws BenchmarkError when the method throws, or the process ends before it answers. */
  async call<Method extends keyof Contract & string>(
    method: Method,
    argument: Parameters<Contract[Method]>[0],
  ): Promise<Awaited<ReturnType<Contract[Method]>>> {
    return (await this.#ask(method, argument)) as Awaited<ReturnType<Contract[Method]>>;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  residentBytes(): Promise<number> {
    return residentMemory(this.#process.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The script ends itself when the channel closes, after closing what it has open.
    if (this.#process.connected) this.#process.disconnect();
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), CLOSE_MS);
    await this.#exited;
    clearTimeout(impatience);
  }

  #ask(method: string, argument: unknown): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#process.send({ id, method, argument } satisfies Question);
    return waiting.promise;
  }

  #fail(failure: BenchmarkError): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  #complaint(reason: string): BenchmarkError {
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
