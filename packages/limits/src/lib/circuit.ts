import type { Cluster, Redis } from 'ioredis';

/** Between two attempts to reach a Redis that is away, in milliseconds. */
const probeEveryMs = 100;

/**
 * After so many attempts that stayed without an answer the connection is given up for a new
 * one: the old may lead nowhere, which TCP would take a quarter of an hour to notice.
 */
const probesPerConnection = 20;

/** What is written to find out whether Redis takes writes. It is gone by itself. */
const probe = { key: 'limits:probe', value: '1', expiryMs: 1_000 } as const;

/** Errors that Redis answers about one command or key, and not about itself. */
const aboutTheCommand = /^(?:ERR|WRONGTYPE|NOSCRIPT|CROSSSLOT|NOPERM) /;

/**
 * Tells whether Redis can be asked. Opens with the first failure and closes when a write got
 * through in time, which it tries in the background: a Redis that is full, loading or a
 * replica answers, and is of no use.
 */
export class Circuit {
  readonly #redis: Redis | Cluster;
  readonly #timeoutMs: number;
  readonly #listeners: ((available: boolean) => void)[] = [];
  #open = false;
  #epoch = 0;

  constructor(redis: Redis | Cluster, timeoutMs: number) {
    this.#redis = redis;
    this.#timeoutMs = timeoutMs;
    redis.on('close', () => {
      this.#trip();
    });
  }

  /** Whether asking Redis is of no use at the moment. */
  get open(): boolean {
    return this.#open;
  }

  /** Grows with every loss of Redis. */
  get epoch(): number {
    return this.#epoch;
  }

  onChange(listener: (available: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Takes note of a failed call. */
  observe(failure: unknown): void {
    const cause = failure instanceof Error ? failure.cause : undefined;
    if (cause instanceof Error && aboutTheCommand.test(cause.message)) return;
    this.#trip();
  }

  #trip(): void {
    this.#epoch += 1;
    if (this.#open) return;
    this.#open = true;
    this.#tell();
    void this.#probe();
  }

  async #probe(): Promise<void> {
    for (let attempt = 1; this.#redis.status !== 'end'; attempt += 1) {
      const epoch = this.#epoch;
      if ((await this.#answers()) && epoch === this.#epoch) {
        this.#open = false;
        this.#tell();
        return;
      }
      // One that is gone is being replaced already, or was given up for good by its owner.
      const stands = this.#redis.status !== 'reconnecting';
      if (stands && attempt % probesPerConnection === 0) this.#redis.disconnect(true);
      await pause(probeEveryMs);
    }
  }

  async #answers(): Promise<boolean> {
    const { key, value, expiryMs } = probe;
    const written = this.#redis.set(key, value, 'PX', expiryMs).then(
      () => true,
      () => false,
    );
    return Promise.race([written, pause(this.#timeoutMs).then(() => false)]);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(!this.#open);
  }
}

/** Does not keep the process alive: what is waited for is none of its work. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
