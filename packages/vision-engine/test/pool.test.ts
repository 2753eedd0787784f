import { afterEach, describe, expect, it } from '@jest/globals';
import { DeadlineExceeded, EngineClosed, EngineFailure, Overloaded } from '../src/errors.js';
import { RestartBudget } from '../src/lib/pool/restart-budget.js';
import { WorkerPool, type WorkerPoolOptions } from '../src/lib/pool/worker-pool.js';

type Request =
  | { readonly kind: 'echo'; readonly value: unknown }
  | { readonly kind: 'gate'; readonly shared: Int32Array }
  | { readonly kind: 'throw' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'length'; readonly bytes: Uint8Array };

type Pool = WorkerPool<Request, unknown>;

const LONG_MS = 60_000;

/** Something a test can hold a worker with. */
class Gate {
  readonly shared = new Int32Array(new SharedArrayBuffer(8));

  /** Resolves when the worker stands at the gate. */
  async reached(): Promise<void> {
    const waiting = Atomics.waitAsync(this.shared, 0, 0);
    if (waiting.async) await waiting.value;
  }

  get wasReached(): boolean {
    return Atomics.load(this.shared, 0) === 1;
  }

  open(): void {
    Atomics.store(this.shared, 1, 1);
    Atomics.notify(this.shared, 1);
  }
}

const pools: Pool[] = [];
const gates: Gate[] = [];

async function poolOf(options: Partial<WorkerPoolOptions> = {}): Promise<Pool> {
  const pool = startPool(options);
  await pool.ready();
  return pool;
}

function startPool(options: Partial<WorkerPoolOptions> = {}): Pool {
  const pool: Pool = new WorkerPool({
    entry: new URL('fixtures/pool-worker.mjs', import.meta.url),
    workerData: {},
    size: 1,
    queueLimit: 4,
    restarts: new RestartBudget(10, LONG_MS),
    drainMs: LONG_MS,
    logger: { info: () => undefined, warn: () => undefined },
    ...options,
  });
  pools.push(pool);
  return pool;
}

function newGate(): Gate {
  const gate = new Gate();
  gates.push(gate);
  return gate;
}

function submit(
  pool: Pool,
  request: Request,
  terms: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<unknown> {
  return pool.run(() => ({ request, transfer: [] }), { deadlineMs: LONG_MS, ...terms });
}

const echo = (value: unknown): Request => ({ kind: 'echo', value });
const wait = (gate: Gate): Request => ({ kind: 'gate', shared: gate.shared });

/** What a promise was rejected with; fails the test when it was not. */
async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );
  if (!('reason' in outcome)) throw new Error('expected a rejection');
  return outcome.reason;
}

afterEach(async () => {
  for (const gate of gates.splice(0)) gate.open();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('the order of jobs', () => {
  it('is that of arrival', async () => {
    const pool = await poolOf();
    const gate = newGate();
    const finished: unknown[] = [];
    const jobs = [
      submit(pool, wait(gate)),
      ...[1, 2, 3].map((n) => submit(pool, echo(n)).then((value) => finished.push(value))),
    ];
    await gate.reached();
    gate.open();
    await Promise.all(jobs);
    expect(finished).toEqual([1, 2, 3]);
  });

  it('gives each idle worker one job', async () => {
    const pool = await poolOf({ size: 2 });
    const [first, second] = [newGate(), newGate()];
    const jobs = [submit(pool, wait(first)), submit(pool, wait(second))];
    await Promise.all([first.reached(), second.reached()]);
    expect(pool.stats()).toMatchObject({ busyWorkers: 2, queued: 0 });
    first.open();
    second.open();
    await Promise.all(jobs);
    expect(pool.stats()).toMatchObject({ busyWorkers: 0, queued: 0 });
  });

  it('begins while the workers still start: jobs wait for them', async () => {
    const pool = startPool();
    expect(await submit(pool, echo('early'))).toBe('early');
  });
});

describe('a full queue', () => {
  it('refuses the next job and says when to come back', async () => {
    const pool = await poolOf({ queueLimit: 2 });
    const gate = newGate();
    const jobs = [submit(pool, wait(gate)), submit(pool, echo(1)), submit(pool, echo(2))];
    const reason = await reasonOf(submit(pool, echo(3)));
    expect(reason).toBeInstanceOf(Overloaded);
    expect((reason as Overloaded).code).toBe('overloaded');
    expect((reason as Overloaded).message).toBe(
      'The engine has more work than it can take. Retry after a short pause.',
    );
    expect((reason as Overloaded).retryAfterMs).toBeGreaterThanOrEqual(1000);
    expect(pool.stats()).toMatchObject({ queued: 2, rejected: 1 });
    gate.open();
    await Promise.all(jobs);
    expect(await submit(pool, echo(4))).toBe(4);
  });

  it('of length zero still lets idle workers work', async () => {
    const pool = await poolOf({ queueLimit: 0 });
    expect(await submit(pool, echo('now'))).toBe('now');
  });
});

describe('a deadline', () => {
  it('that passes in the queue keeps the job from ever starting', async () => {
    const pool = await poolOf();
    const [gate, never] = [newGate(), newGate()];
    const first = submit(pool, wait(gate));
    const reason = await reasonOf(submit(pool, wait(never), { deadlineMs: 10 }));
    expect(reason).toBeInstanceOf(DeadlineExceeded);
    expect((reason as DeadlineExceeded).code).toBe('overloaded');
    expect(pool.stats()).toMatchObject({ queued: 0, expired: 1 });
    gate.open();
    await first;
    expect(await submit(pool, echo('next'))).toBe('next');
    expect(never.wasReached).toBe(false);
  });

  it('that passes during the run drops the reply, and the worker returns when it is done', async () => {
    const pool = await poolOf();
    const gate = newGate();
    const reason = await reasonOf(submit(pool, wait(gate), { deadlineMs: 10 }));
    expect(reason).toBeInstanceOf(DeadlineExceeded);
    expect(pool.stats().busyWorkers).toBe(1);
    const next = submit(pool, echo('next'));
    expect(pool.stats().queued).toBe(1);
    gate.open();
    expect(await next).toBe('next');
    expect(pool.stats()).toMatchObject({ busyWorkers: 0, restarts: 0, expired: 1 });
  });
});

describe('an aborted signal', () => {
  it('takes a waiting job out of the queue at once', async () => {
    const pool = await poolOf({ queueLimit: 1 });
    const [gate, never] = [newGate(), newGate()];
    const first = submit(pool, wait(gate));
    const controller = new AbortController();
    const waiting = submit(pool, wait(never), { signal: controller.signal });
    const why = new Error('client went away');
    controller.abort(why);
    expect(await reasonOf(waiting)).toBe(why);
    expect(pool.stats().queued).toBe(0);
    // Its place in the queue is free again.
    const next = submit(pool, echo('next'));
    gate.open();
    await first;
    expect(await next).toBe('next');
    expect(never.wasReached).toBe(false);
  });

  it('lets a running job end unheard', async () => {
    const pool = await poolOf();
    const gate = newGate();
    const controller = new AbortController();
    const running = submit(pool, wait(gate), { signal: controller.signal });
    await gate.reached();
    controller.abort();
    expect(await reasonOf(running)).toBe(controller.signal.reason);
    gate.open();
    expect(await submit(pool, echo('next'))).toBe('next');
    expect(pool.stats()).toMatchObject({ busyWorkers: 0, restarts: 0 });
  });

  it('from the start keeps the job out', async () => {
    const pool = await poolOf();
    const never = newGate();
    const why = new Error('too late');
    expect(await reasonOf(submit(pool, wait(never), { signal: AbortSignal.abort(why) }))).toBe(
      why,
    );
    expect(await submit(pool, echo('next'))).toBe('next');
    expect(never.wasReached).toBe(false);
  });
});

describe('a worker that dies', () => {
  it.each(['throw', 'exit'] as const)(
    'by %s fails its job alone and is replaced',
    async (kind) => {
      const warnings: string[] = [];
      const pool = await poolOf({
        logger: { info: () => undefined, warn: (_, message) => warnings.push(message) },
      });
      const dying = submit(pool, { kind });
      const next = submit(pool, echo('next'));
      const reason = await reasonOf(dying);
      expect(reason).toBeInstanceOf(EngineFailure);
      expect((reason as EngineFailure).code).toBe('internal_error');
      expect(await next).toBe('next');
      expect(pool.stats()).toMatchObject({ workers: 1, readyWorkers: 1, restarts: 1 });
      expect(warnings).toHaveLength(1);
    },
  );

  it('again and again loses no slot', async () => {
    const pool = await poolOf({ size: 2, queueLimit: 10 });
    for (let i = 0; i < 4; i += 1) {
      expect(await reasonOf(submit(pool, { kind: 'throw' }))).toBeInstanceOf(EngineFailure);
    }
    const [first, second] = [newGate(), newGate()];
    const jobs = [submit(pool, wait(first)), submit(pool, wait(second))];
    await Promise.all([first.reached(), second.reached()]);
    first.open();
    second.open();
    await Promise.all(jobs);
    expect(pool.stats()).toMatchObject({ readyWorkers: 2, restarts: 4 });
  });

  it('more often than the budget allows has to wait for its replacement', async () => {
    const pool = await poolOf({ restarts: new RestartBudget(1, LONG_MS) });
    await reasonOf(submit(pool, { kind: 'throw' }));
    await reasonOf(submit(pool, { kind: 'throw' }));
    const stranded = submit(pool, echo('nobody there'), { deadlineMs: 10 });
    expect(await reasonOf(stranded)).toBeInstanceOf(DeadlineExceeded);
    expect(pool.stats().readyWorkers).toBe(0);
    // Closing must not wait for a worker that will not come.
    const waiting = reasonOf(submit(pool, echo('nobody there')));
    await pool.close();
    expect(await waiting).toBeInstanceOf(EngineClosed);
  });

  it('at the start fails readiness and every job', async () => {
    const pool = startPool({ workerData: { failToStart: true }, size: 2 });
    const early = reasonOf(submit(pool, echo(1)));
    const reason = await reasonOf(pool.ready());
    expect(reason).toBeInstanceOf(EngineFailure);
    expect((reason as EngineFailure).message).toContain('no model here');
    expect(await early).toBeInstanceOf(EngineFailure);
    expect(await reasonOf(submit(pool, echo(2)))).toBeInstanceOf(EngineFailure);
  });
});

describe('a request that cannot be sent', () => {
  it('fails alone', async () => {
    const pool = await poolOf();
    expect(
      await reasonOf(
        submit(
          pool,
          echo(() => 'a function'),
        ),
      ),
    ).toBeInstanceOf(EngineFailure);
    expect(await submit(pool, echo('next'))).toBe('next');
  });

  it('moves what is to be moved', async () => {
    const pool = await poolOf();
    const bytes = new Uint8Array(1000);
    const length = pool.run(
      () => ({ request: { kind: 'length', bytes }, transfer: [bytes.buffer] }),
      { deadlineMs: LONG_MS },
    );
    expect(await length).toBe(1000);
    expect(bytes.byteLength).toBe(0);
  });
});

describe('closing', () => {
  it('finishes what runs and waits, and refuses what comes', async () => {
    const pool = await poolOf();
    const gate = newGate();
    const running = submit(pool, wait(gate));
    const queued = submit(pool, echo('queued'));
    const closed = pool.close();
    expect(await reasonOf(submit(pool, echo('late')))).toBeInstanceOf(EngineClosed);
    gate.open();
    expect(await running).toBe('through the gate');
    expect(await queued).toBe('queued');
    await closed;
    expect(pool.stats()).toMatchObject({ readyWorkers: 0, busyWorkers: 0, restarts: 0 });
  });

  it('twice is closing once', async () => {
    const pool = await poolOf();
    const first = pool.close();
    expect(pool.close()).toBe(first);
    await first;
    await pool.close();
  });

  it('gives up on the queue after a while, but not on what runs', async () => {
    const pool = await poolOf({ drainMs: 10 });
    const gate = newGate();
    const running = submit(pool, wait(gate));
    const queued = reasonOf(submit(pool, echo('queued')));
    await gate.reached();
    const closed = pool.close();
    expect(await queued).toBeInstanceOf(EngineClosed);
    gate.open();
    expect(await running).toBe('through the gate');
    await closed;
  });

  it('before the workers are ready ends them too', async () => {
    const pool = startPool({ size: 2 });
    const ready = reasonOf(pool.ready());
    await pool.close();
    expect(await ready).toBeInstanceOf(EngineClosed);
    expect(pool.stats().readyWorkers).toBe(0);
  });
});
