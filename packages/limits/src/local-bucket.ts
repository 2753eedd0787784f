import { bucketArguments, receiptArguments } from './lib/arguments.js';
import type { BucketRequest, BucketVerdict } from './limits.js';

/** Before any moment: the next request begins a new stretch. */
const full = -1;

/** A bucket's rate and burst, for this process alone. */
export type LocalBucketOptions = Pick<BucketRequest, 'ratePerSecond' | 'burst'>;

/**
 * A bucket in the memory of this process, for the time in which Redis is away. The same rules
 * as the bucket in Redis, to the same verdicts; the clock is the process' own, which never
 * steps back.
 *
 * Processes know nothing of each other here: several of them keep to a common rate only if
 * each is given its part of it.
 *
 * @example
 * ```ts
 * const bucket = new LocalBucket({ ratePerSecond: 20 / processes, burst: 50 });
 * const verdict = bucket.take();
 * if (verdict.allowed && refusedAfterAll) bucket.giveBack(verdict);
 * ```
 */
export class LocalBucket {
  readonly #interval: number;
  readonly #burst: number;
  readonly #clock: () => number;
  /** When the bucket will be full again; what was given back since; the stretch of that. */
  #tat = full;
  #given = 0;
  #stretch = 0;

  /**
   * @param clock - Whole microseconds since any moment; never smaller than before.
   * @throws {InvalidLimit} A rate or burst that cannot be.
   */
  constructor(options: LocalBucketOptions, clock: () => number = monotonic) {
    [this.#interval, this.#burst] = bucketArguments(options);
    this.#clock = clock;
  }

  /** Takes a token, if there is one. */
  take(): BucketVerdict {
    const now = this.#clock();
    const horizon = now + this.#interval * this.#burst;
    this.#beginWhenFull(now);
    const tat = this.#tat + this.#interval;
    if (tat > horizon) {
      const retryAfterMs = Math.ceil((tat - horizon) / 1000);
      return { allowed: false, remaining: 0, retryAfterMs, receipt: null };
    }
    this.#tat = tat;
    return {
      allowed: true,
      remaining: Math.floor((horizon - tat) / this.#interval),
      retryAfterMs: 0,
      receipt: [now, this.#stretch, tat + this.#given].join(':'),
    };
  }

  /**
   * Returns the token of a request that was refused after all; only what time has not
   * refilled since.
   *
   * @throws {InvalidLimit} The verdict is not one of this bucket.
   */
  giveBack({ allowed, receipt }: BucketVerdict): void {
    if (!allowed) return;
    const now = this.#clock();
    const [takenAt, stretch, sum] = receiptArguments(receipt);
    const ownShare = takenAt + this.#interval;
    const left = stretch === this.#stretch ? Math.max(ownShare, sum - this.#given) : ownShare;
    const back = Math.min(this.#interval, left - now);
    if (back <= 0) return;
    this.#tat -= back;
    this.#given += back;
    if (this.#tat <= now) this.#tat = full;
  }

  /**
   * Leaves at most so many tokens in the bucket. Told the state of the shared bucket while
   * there is one, this bucket goes on where that one stopped.
   */
  leaveAtMost(tokens: number): void {
    const now = this.#clock();
    this.#beginWhenFull(now);
    const tat = now + this.#interval * Math.max(0, this.#burst - tokens);
    if (tat <= this.#tat) return;
    this.#tat = tat;
    this.#given = 0;
    this.#stretch = Math.max(now, this.#stretch + 1);
  }

  #beginWhenFull(now: number): void {
    if (this.#tat >= now) return;
    this.#tat = now;
    this.#given = 0;
    this.#stretch = now;
  }
}

function monotonic(): number {
  return Math.floor(performance.now() * 1000);
}
