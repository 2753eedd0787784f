import { Worker } from 'node:worker_threads';
import { DeadlineExceeded, EngineClosed, EngineFailure, Overloaded } from '../../errors.js';
import { type VisionLogger } from '../../types.js';
import { type FromWorker, type ToWorker } from './messages.js';
import { type RestartBudget } from './restart-budget.js';

export interface WorkerPoolOptions {
  /** The module each worker runs; it speaks the protocol of `messages.ts`. */
  readonly entry: URL;
  readonly workerData: unknown;
  readonly size: number;
  /** Jobs that may wait while every worker is busy. */
  readonly queueLimit: number;
  readonly restarts: RestartBudget;
  /** Longest wait for queued and running jobs when closing, in milliseconds. */
  readonly drainMs: number;
  readonly logger: VisionLogger;
}

/** A job about to be sent: the request, and the buffers that move with it instead of being copied. */
export interface Parcel<Request> {
  readonly request: Request;
  readonly transfer: readonly ArrayBuffer[];
}

/** When a job is given up. */
export interface JobTerms {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PoolStats {
  readonly workers: number;
  readonly readyWorkers: number;
  readonly busyWorkers: number;
  readonly queued: number;
  readonly restarts: number;
  readonly rejected: number;
  readonly expired: number;
}

interface Job<Request, Reply> {
  readonly id: number;
  readonly pack: () => Parcel<Request>;
  readonly deadline: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes the timer and the abort listener away. */
  readonly disarm: () => void;
  settled: boolean;
  startedAt: number;
}

/** A place for a worker. The place stays when a worker dies and the next one takes it. */
interface Slot<Request, Reply> {
  worker: Worker | undefined;
  ready: boolean;
  job: Job<Request, Reply> | undefined;
  restartTimer: NodeJS.Timeout | undefined;
}

/** Bounds of {@link Overloaded.retryAfterMs}. */
const RETRY_AFTER_MIN_MS = 1_000;
const RETRY_AFTER_MAX_MS = 30_000;

/** How long an idle worker may take to end when asked to. */
const EXIT_GRACE_MS = 10_000;

/** Weight of the newest job in the running average of job times. */
const AVERAGE_WEIGHT = 0.1;

/**
 * Jobs in order of arrival on a fixed number of worker threads, one at a time each.
 *
 * - At most `queueLimit` jobs wait; the next is refused.
 * - A job whose deadline passes or whose signal aborts while it waits is never started. One that
 *   runs is left to end and its reply is dropped: ending a thread inside native code would abort
 *   the whole process.
 * - A worker that dies fails its job and is replaced, as often as the restart budget allows.
 */
export class WorkerPool<Request, Reply> {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot<Request, Reply>[] = [];
  /**
   * In order of arrival, and short. Not a set, though members leave from its middle: it would
   * keep those that have left for a while, with their images (decision 0016).
   */
  readonly #queue: Job<Request, Reply>[] = [];
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #counters = { restarts: 0, rejected: 0, expired: 0 };
  #state: 'starting' | 'running' | 'failed' | 'closing' = 'starting';
  #nextId = 1;
  /** Running average of how long a job occupies a worker. */
  #averageJobMs = 250;
  #closed: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // Nobody may be waiting for readiness when it fails.
    this.#ready.promise.catch(() => undefined);
    for (let i = 0; i < options.size; i += 1) {
      const slot: Slot<Request, Reply> = {
        worker: undefined,
        ready: false,
        job: undefined,
        restartTimer: undefined,
      };
      this.#slots.push(slot);
      this.#spawn(slot);
    }
  }

  /**
   * Resolves once every worker has been ready for the first time.
   *
   * @throws EngineFailure when one of them could not start; the pool takes no jobs then.
   * @throws EngineClosed when the pool was closed before.
   */
  async ready(): Promise<void> {
    await this.#ready.promise;
  }

  /**
   * Queues a job.
   *
   * @param pack makes the parcel when a worker is free: copies of large inputs should not wait in
   *   the queue.
   * @throws Overloaded, DeadlineExceeded, EngineClosed, EngineFailure, or the signal's reason.
   */
  run(pack: () => Parcel<Request>, terms: JobTerms): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const refusal = this.#refusal(terms.signal);
    if (refusal !== undefined) {
      reject(refusal.reason);
      return promise;
    }
    const timer = setTimeout(() => {
      this.#expire(job);
    }, terms.deadlineMs);
    const onAbort = (): void => {
      this.#fail(job, terms.signal?.reason);
    };
    terms.signal?.addEventListener('abort', onAbort, { once: true });
    const job: Job<Request, Reply> = {
      id: this.#nextId,
      pack,
      deadline: performance.now() + terms.deadlineMs,
      resolve,
      reject,
      disarm: () => {
        clearTimeout(timer);
        terms.signal?.removeEventListener('abort', onAbort);
      },
      settled: false,
      startedAt: 0,
    };
    this.#nextId += 1;
    this.#queue.push(job);
    this.#dispatch();
    return promise;
  }

  stats(): PoolStats {
    return {
      workers: this.#options.size,
      readyWorkers: this.#slots.filter((slot) => slot.ready).length,
      busyWorkers: this.#slots.filter((slot) => slot.job !== undefined).length,
      queued: this.#queue.length,
      ...this.#counters,
    };
  }

  /**
   * Takes no more jobs, lets those that wait and run finish, then ends the workers. What still
   * waits after `drainMs` is refused. Calling it again returns the same promise.
   */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  /** Why a new job cannot be taken, if it cannot. */
  #refusal(signal: AbortSignal | undefined): { readonly reason: unknown } | undefined {
    if (this.#state === 'closing') {
      return { reason: new EngineClosed('The engine is shutting down.') };
    }
    if (this.#state === 'failed') {
      return { reason: new EngineFailure('The engine could not start its workers.') };
    }
    if (signal?.aborted === true) return { reason: signal.reason };
    if (this.#queue.length >= this.#options.queueLimit && this.#idleSlot() === undefined) {
      this.#counters.rejected += 1;
      const message = 'The engine has more work than it can take. Retry after a short pause.';
      return { reason: new Overloaded(message, this.#retryAfterMs()) };
    }
    return undefined;
  }

  #idleSlot(): Slot<Request, Reply> | undefined {
    return this.#slots.find((slot) => slot.ready && slot.job === undefined);
  }

  #dispatch(): void {
    for (;;) {
      const [job] = this.#queue;
      if (job === undefined) break;
      // The timer of a job can be late when the thread was busy; the clock is not.
      if (performance.now() >= job.deadline) {
        this.#queue.shift();
        this.#expire(job);
        continue;
      }
      const slot = this.#idleSlot();
      if (slot === undefined) return;
      this.#queue.shift();
      this.#start(job, slot);
    }
    this.#checkDrained();
  }

  #start(job: Job<Request, Reply>, slot: Slot<Request, Reply>): void {
    try {
      const { request, transfer } = job.pack();
      const message: ToWorker<Request> = { type: 'job', id: job.id, request };
      slot.worker?.postMessage(message, transfer);
    } catch (error) {
      // The caller took the buffer away meanwhile, or it cannot be copied: the worker is untouched.
      this.#fail(job, new EngineFailure('The input could not be passed on.', { cause: error }));
      return;
    }
    job.startedAt = performance.now();
    slot.job = job;
  }

  #expire(job: Job<Request, Reply>): void {
    if (job.settled) return;
    this.#counters.expired += 1;
    this.#fail(
      job,
      new DeadlineExceeded('The answer was not ready in time.', this.#retryAfterMs()),
    );
  }

  #fail(job: Job<Request, Reply>, reason: unknown): void {
    if (job.settled) return;
    job.settled = true;
    job.disarm();
    const place = this.#queue.indexOf(job);
    if (place >= 0) this.#queue.splice(place, 1);
    job.reject(reason);
    this.#checkDrained();
  }

  #retryAfterMs(): number {
    const waiting = this.#queue.length + this.#options.size;
    const estimate = (waiting * this.#averageJobMs) / this.#options.size;
    return Math.round(Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, estimate)));
  }

  #spawn(slot: Slot<Request, Reply>): void {
    const worker = new Worker(this.#options.entry, { workerData: this.#options.workerData });
    slot.worker = worker;
    let failure: unknown;
    worker.on('message', (message: FromWorker<Reply>) => {
      if (message.type === 'ready') this.#onReady(slot);
      else this.#onReply(slot, message.id, message.reply);
    });
    // 'exit' follows each of these two.
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('messageerror', (error) => {
      failure = error;
      void worker.terminate();
    });
    worker.once('exit', () => {
      this.#onExit(slot, failure);
    });
  }

  #onReady(slot: Slot<Request, Reply>): void {
    slot.ready = true;
    if (this.#state === 'starting' && this.#slots.every((each) => each.ready)) {
      this.#state = 'running';
      this.#ready.resolve(undefined);
    }
    this.#dispatch();
  }

  #onReply(slot: Slot<Request, Reply>, id: number, reply: Reply): void {
    const { job } = slot;
    if (job?.id !== id) return;
    slot.job = undefined;
    const elapsed = performance.now() - job.startedAt;
    this.#averageJobMs += AVERAGE_WEIGHT * (elapsed - this.#averageJobMs);
    if (!job.settled) {
      job.settled = true;
      job.disarm();
      job.resolve(reply);
    }
    this.#dispatch();
  }

  #onExit(slot: Slot<Request, Reply>, failure: unknown): void {
    const { job } = slot;
    const started = slot.ready;
    slot.worker = undefined;
    slot.ready = false;
    slot.job = undefined;
    if (job !== undefined) {
      this.#fail(job, new EngineFailure('The worker ended unexpectedly.', { cause: failure }));
    }
    if (this.#state === 'closing') {
      this.#checkDrained();
      return;
    }
    if (this.#state === 'failed') return;
    if (this.#state === 'starting' && !started) {
      this.#giveUp(failure);
      return;
    }
    this.#counters.restarts += 1;
    const delay = this.#options.restarts.book(performance.now());
    this.#options.logger.warn(
      { delayMs: Math.round(delay), restarts: this.#counters.restarts },
      'a vision worker ended unexpectedly and is being replaced',
    );
    slot.restartTimer = setTimeout(() => {
      slot.restartTimer = undefined;
      this.#spawn(slot);
    }, delay);
  }

  /** The first start failed: the cause is the installation, and trying again would not help. */
  #giveUp(failure: unknown): void {
    this.#state = 'failed';
    const message = messageOf(failure);
    const detail = message === undefined ? '.' : `: ${message}`;
    this.#ready.reject(
      new EngineFailure(`A vision worker could not start${detail}`, { cause: failure }),
    );
    for (const slot of this.#slots) clearTimeout(slot.restartTimer);
    for (const job of [...this.#queue]) {
      this.#fail(job, new EngineFailure('The engine could not start its workers.'));
    }
  }

  async #shutDown(): Promise<void> {
    this.#state = 'closing';
    this.#ready.reject(new EngineClosed('The engine is shutting down.'));
    for (const slot of this.#slots) clearTimeout(slot.restartTimer);
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    this.#checkDrained();
    await within(this.#options.drainMs, drained);
    for (const job of [...this.#queue]) {
      this.#fail(job, new EngineClosed('The engine is shutting down.'));
    }
    await Promise.all(this.#slots.map((slot) => this.#endWorker(slot)));
  }

  /** Tells a closing pool that nothing waits or runs any more, or that nobody is left to do it. */
  #checkDrained(): void {
    if (this.#onDrained === undefined) return;
    const abandoned = this.#slots.every((slot) => slot.worker === undefined);
    const finished =
      this.#queue.length === 0 && this.#slots.every((slot) => slot.job === undefined);
    if (abandoned || finished) this.#onDrained();
  }

  async #endWorker(slot: Slot<Request, Reply>): Promise<void> {
    const { worker } = slot;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    // A busy or a starting worker reads it when it comes to its messages.
    worker.postMessage({ type: 'close' } satisfies ToWorker<Request>);
    if (await within(EXIT_GRACE_MS, exited)) return;
    this.#options.logger.warn({}, 'a vision worker did not end in time');
    // It may be inside native code, where ending it would abort the process: let it go instead.
    worker.unref();
  }
}

/** Waits for `work`, but no longer than so many milliseconds. @returns whether it was done. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    resolve(false);
  }, milliseconds);
  void work.then(() => {
    resolve(true);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** The message of what a thread died of: a copy that has the fields of an error, not always its class. */
function messageOf(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('message' in failure)) {
    return undefined;
  }
  return typeof failure.message === 'string' ? failure.message : undefined;
}
