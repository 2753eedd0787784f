import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

import { identify } from '../process-lock.mjs';
import { type EntryPoint } from './apps.ts';
import { Failure } from './failure.ts';
import { dieWithUs } from './guard.ts';
import { type Layout, type Log, openLog } from './layout.ts';
import { endProcess } from './server-process.ts';

/** A service is told to finish what it has begun within this. */
export const SHUTDOWN_TIMEOUT_MS = 25_000;
/** One that has not ended by now is made to: longer, for after its requests it closes its connections. */
const STOP_DEADLINE_MS = SHUTDOWN_TIMEOUT_MS + 5_000;
const READY_POLL_MS = 200;
/** A service that says nothing to a readiness question for this long is asked again. */
const READY_TIMEOUT_MS = 2_000;

/** A process of an app, running in the foreground. */
export class RunningApp {
  readonly name: string;
  /** Fulfilled with the sentence that tells how it ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #log: Log;

  constructor(
    layout: Layout,
    folder: string,
    entryPoint: EntryPoint,
    env: NodeJS.ProcessEnv,
    show: (line: string) => void,
  ) {
    this.name = entryPoint.name;
    const log = openLog(layout.logs, entryPoint.name);
    this.#log = log;
    // In a session of its own: what the terminal sends goes to us, and we stop things in
    // their order.
    const child = spawn(process.execPath, [path.join(folder, entryPoint.file)], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    dieWithUs(child);
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new Lines(show);
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        lines.push(chunk);
      });
      stream.on('end', () => {
        lines.end();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        resolve(`${this.name} could not be started (${error.message})`);
      });
      child.once('close', (code, signal) => {
        resolve(`${this.name} ended (${signal ?? `exit code ${String(code)}`})`);
      });
    });
    void this.ended.then(() => {
      log.close();
    });
  }

  get logFile(): string {
    return this.#log.file;
  }

  /** Asks it to end, and makes it when it does not. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    const self = pid === undefined ? undefined : identify(pid);
    if (self !== undefined) await endProcess(self, 'SIGTERM', STOP_DEADLINE_MS);
    await this.ended;
  }
}

/** Waits until a URL answers 200, for as long as the signal lets it. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const timeout = AbortSignal.timeout(READY_TIMEOUT_MS);
    const answer = await fetch(url, { signal: AbortSignal.any([signal, timeout]) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await sleep(READY_POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Fails as soon as one of the apps ends. Never fulfilled. */
export async function failWhenOneEnds(running: readonly RunningApp[]): Promise<never> {
  const app = await Promise.race(
    running.map(async (candidate) => ({ candidate, how: await candidate.ended })),
  );
  throw new Failure(
    `${app.how}: mend what its last lines say and run this again (log: ${app.candidate.logFile}).`,
  );
}

/** Cuts a stream into lines. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #show: (line: string) => void;
  #rest = '';

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    lines.forEach(this.#show);
  }

  /** Shows what stands without a line end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#show(rest);
  }
}
