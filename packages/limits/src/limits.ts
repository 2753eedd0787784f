import type { Cluster, Redis } from 'ioredis';

import { InvalidLimit, LimitsUnavailable } from './errors.js';
import {
  bucketArguments,
  dayMs,
  dayThatEndsAt,
  receiptArguments,
  validLimit,
} from './lib/arguments.js';
import { Circuit } from './lib/circuit.js';
import { roundTrip, type Command } from './lib/round-trip.js';
import { writeScripts, type Scripts } from './lib/scripts.js';

/** A bucket to take one token from. */
export interface BucketRequest {
  /** See `bucketKey`. */
  readonly key: string;
  /**
   * Requests a second in the long run, above 0 and up to 1,000,000. The time between two is
   * rounded up to a whole microsecond: exact for 20 a second, never more than the rate, and
   * below it by a part in 1,000,000 / rate at most (by 0.1% at most up to 1,000 a second).
   */
  readonly ratePerSecond: number;
  /** Requests that may come at once after a rest. A whole number, at least 1. */
  readonly burst: number;
}

/** What a bucket says of one request. */
export interface BucketVerdict {
  readonly allowed: boolean;
  /** Requests that would pass if they came now. */
  readonly remaining: number;
  /** 0 if allowed; otherwise the milliseconds after which a single request would pass. */
  readonly retryAfterMs: number;
  /** What `giveBack` needs to know of the token that was taken; `null` if none was. Opaque. */
  readonly receipt: string | null;
}

/** A daily quota to count one request in. */
export interface QuotaRequest {
  /** See `quotaKey`. */
  readonly key: string;
  /** Requests in one UTC day. A whole number, at least 1. */
  readonly limit: number;
}

/** The state of a daily quota. */
export interface QuotaState {
  readonly limit: number;
  /** Requests counted in this UTC day, this one included if it was. Refused ones are not. */
  readonly used: number;
  /** `limit - used`, or 0 if the limit has become smaller than what is used. */
  readonly remaining: number;
  /** The midnight, UTC, at which the count begins again. */
  readonly resetAt: Date;
}

/** What a daily quota says of one request. */
export interface QuotaVerdict extends QuotaState {
  readonly allowed: boolean;
}

/** Everything that one request asks of Redis. */
export interface CheckRequest {
  readonly bucket: BucketRequest;
  readonly quota?: QuotaRequest;
  /** Keys of plain values to read on the way. */
  readonly reads?: readonly string[];
}

/** The answer to a `CheckRequest`: a quota verdict and readings for what it asked. */
export interface CheckVerdict<Request extends CheckRequest> {
  readonly bucket: BucketVerdict;
  readonly quota: Request extends { readonly quota: QuotaRequest }
    ? QuotaVerdict
    : QuotaVerdict | undefined;
  /** The values of `reads`, in that order; `null` where there is none. */
  readonly reads: Request extends { readonly reads: infer Keys extends readonly string[] }
    ? { readonly [Index in keyof Keys]: string | null }
    : readonly (string | null)[];
}

/** A bucket to return a token to. */
export interface BucketGiveBack extends BucketRequest {
  /** What the bucket said when the token was taken. If it refused, there is none to return. */
  readonly verdict: BucketVerdict;
}

/** What a refused request had taken. */
export interface GiveBackRequest {
  readonly bucket?: BucketGiveBack;
  /** `resetAt` of the verdict says in which day the request was counted. */
  readonly quota?: { readonly key: string; readonly resetAt: Date };
}

/** A count that is known from elsewhere. */
export interface QuotaFloor {
  /** See `quotaKey`. */
  readonly key: string;
  /** The requests of the day that were counted at least. A whole number, 0 or more. */
  readonly used: number;
  /** The midnight, UTC, that ends the day in which they were counted. */
  readonly resetAt: Date;
}

export interface LimitsOptions {
  /**
   * How long a call waits for Redis before it rejects, in milliseconds. 200 by default: some
   * hundred times what a healthy Redis takes, and still short enough to answer by a fallback.
   */
  readonly timeoutMs?: number;
}

/**
 * Rate limits on Redis, decided by Redis' own clock in atomic scripts, so that any number of
 * processes share them exactly.
 *
 * A primary that fails over may have accepted requests that its replica has not heard of:
 * Redis replicates without waiting. What was counted in that moment is forgotten, and the
 * limits are passed by as much, once.
 *
 * @example
 * ```ts
 * import { bucketKey, createLimitsConnection, Limits, quotaKey } from '@nomo/limits';
 *
 * const limits = new Limits(createLimitsConnection('redis://localhost:6379'));
 * const { bucket, quota, reads } = await limits.check({
 *   bucket: { key: bucketKey('service'), ratePerSecond: 20, burst: 50 },
 *   quota: { key: quotaKey(keyId), limit: 100_000 },
 *   reads: [`key:{${keyId}}`],
 * });
 * ```
 */
export class Limits {
  readonly #redis: Redis | Cluster;
  readonly #timeoutMs: number;
  readonly #circuit: Circuit;
  readonly #scripts: Scripts = writeScripts();

  /**
   * @param redis - From `createLimitsConnection`, or with its settings. The caller closes it.
   * @throws {InvalidLimit} The timeout is not a positive number.
   */
  constructor(redis: Redis | Cluster, { timeoutMs = 200 }: LimitsOptions = {}) {
    if (!(timeoutMs > 0 && timeoutMs <= 60_000)) {
      throw new InvalidLimit('timeoutMs has to be above 0 and at most 60,000');
    }
    this.#redis = redis;
    this.#timeoutMs = timeoutMs;
    this.#circuit = new Circuit(redis, timeoutMs);
  }

  /**
   * Whether Redis answered when it was last asked. From the first call that it leaves
   * unanswered on, every call rejects at once, so that an outage costs no request but the
   * first ones a wait; Redis is tried in the background, and calls reach it again a moment
   * after it is back.
   */
  get available(): boolean {
    return !this.#circuit.open;
  }

  /**
   * A number that changes with every loss of Redis: a connection that closed, or a call that
   * was not answered. What was known of the counters in one epoch need not hold in the next:
   * others may have counted elsewhere meanwhile, and Redis may have come back without its
   * data.
   */
  get epoch(): number {
    return this.#circuit.epoch;
  }

  /** Calls the listener with each change of `available`. */
  onChange(listener: (available: boolean) => void): void {
    this.#circuit.onChange(listener);
  }

  /**
   * Takes a token from the bucket, counts the request in the quota and reads values: one
   * round trip. Each of the two is decided by itself. When one refuses, or the caller refuses
   * for a reason of its own, what the other took is returned by `giveBack`.
   *
   * @throws {LimitsUnavailable} Redis did not answer; whether anything was taken is unknown.
   * @throws {InvalidLimit} A rate, burst or limit that cannot be.
   */
  async check<const Request extends CheckRequest>(
    request: Request,
  ): Promise<CheckVerdict<Request>> {
    const { bucket, quota, reads = [] } = request;
    const commands: Command[] = [this.#take(bucket)];
    if (quota !== undefined) {
      const args = [validLimit(quota.limit)];
      commands.push({ script: this.#scripts.countRequest, key: quota.key, args });
    }
    for (const read of reads) {
      commands.push({ read });
    }
    const [taken, ...others] = await this.#send(commands);
    const counted = quota && others.shift();
    return {
      bucket: bucketVerdict(taken as Taken),
      quota: quota && quotaVerdict(quota.limit, counted as Counted),
      reads: others,
      // The types of `quota` and `reads` follow from that of the request, in a way that the
      // compiler cannot see through the list of replies.
    } as unknown as CheckVerdict<Request>;
  }

  /**
   * Takes a token from each of several buckets in one round trip. Each is decided by itself: what
   * some gave is returned by `giveAllBack` where another refuses.
   *
   * @returns The verdicts, in the order of the buckets.
   * @throws As `check` does.
   */
  async takeAll(buckets: readonly BucketRequest[]): Promise<BucketVerdict[]> {
    const taken = await this.#send(buckets.map((bucket) => this.#take(bucket)));
    return taken.map((reply) => bucketVerdict(reply as Taken));
  }

  /**
   * Returns what `takeAll` took, in one round trip; of a bucket as `giveBack` does.
   *
   * @throws As `giveBack` does.
   */
  async giveAllBack(buckets: readonly BucketGiveBack[]): Promise<void> {
    const commands = buckets.flatMap((bucket) => this.#giveTokenBack(bucket));
    if (commands.length > 0) {
      await this.#send(commands);
    }
  }

  /**
   * Returns what a request took that was then refused, once for each `check`. Each part is
   * atomic. A bucket gets back only what time has not refilled since, so that the requests
   * that were not given back keep to burst + rate × time, however late this comes. A count
   * never falls below zero, and a request counted before midnight is not taken off the new
   * day.
   *
   * @throws {LimitsUnavailable} Redis did not answer; what was taken may stay taken.
   * @throws {InvalidLimit} A rate, burst, time or receipt that cannot be.
   */
  async giveBack({ bucket, quota }: GiveBackRequest): Promise<void> {
    const commands = bucket === undefined ? [] : this.#giveTokenBack(bucket);
    if (quota !== undefined) {
      const args = [dayThatEndsAt(quota.resetAt)];
      commands.push({ script: this.#scripts.giveRequestBack, key: quota.key, args });
    }
    if (commands.length > 0) {
      await this.#send(commands);
    }
  }

  /**
   * The state of a quota, without counting a request in it.
   *
   * @throws {LimitsUnavailable} Redis did not answer.
   * @throws {InvalidLimit} A limit that cannot be.
   */
  async peekQuota(key: string, limit: number): Promise<QuotaState> {
    validLimit(limit);
    const command: Command = { script: this.#scripts.readQuota, key, args: [] };
    const [reply] = await this.#send([command]);
    const [used, day] = reply as readonly [used: number, day: number];
    return quotaState(limit, used, day);
  }

  /**
   * Raises the count of a day to what is known from elsewhere; never lowers it. For a Redis
   * that may have lost counts, or missed requests that were counted while it was away. A day
   * that is over by Redis' clock is left alone.
   *
   * @throws {LimitsUnavailable} Redis did not answer.
   * @throws {InvalidLimit} A count or time that cannot be.
   */
  async raiseQuota({ key, used, resetAt }: QuotaFloor): Promise<void> {
    if (!Number.isSafeInteger(used) || used < 0) {
      throw new InvalidLimit('A count has to be a whole number, at least 0');
    }
    const args = [used, dayThatEndsAt(resetAt)];
    await this.#send([{ script: this.#scripts.raiseCount, key, args }]);
  }

  #take(bucket: BucketRequest): Command {
    return { script: this.#scripts.takeToken, key: bucket.key, args: bucketArguments(bucket) };
  }

  /** Nothing, where it gave none. */
  #giveTokenBack({ verdict: { allowed, receipt }, ...bucket }: BucketGiveBack): Command[] {
    const [interval] = bucketArguments(bucket);
    if (!allowed) return [];
    const args = [interval, ...receiptArguments(receipt)];
    return [{ script: this.#scripts.giveTokenBack, key: bucket.key, args }];
  }

  async #send(commands: readonly Command[]): Promise<unknown[]> {
    if (this.#circuit.open) {
      throw new LimitsUnavailable('Redis is away, and is being tried in the background');
    }
    try {
      return await roundTrip(this.#redis, commands, this.#timeoutMs);
    } catch (error) {
      this.#circuit.observe(error);
      throw error;
    }
  }
}

/** What `takeToken` replies: the tokens left, or less than 0; if it passes, the receipt. */
type Taken = readonly [tokens: number, ...receipt: readonly number[]];

function bucketVerdict([tokens, ...receipt]: Taken): BucketVerdict {
  return tokens < 0
    ? { allowed: false, remaining: 0, retryAfterMs: -tokens, receipt: null }
    : { allowed: true, remaining: tokens, retryAfterMs: 0, receipt: receipt.join(':') };
}

/** What `countRequest` replies: 1 if counted or else 0, the count, the day since 1970. */
type Counted = readonly [counted: number, used: number, day: number];

function quotaVerdict(limit: number, [counted, used, day]: Counted): QuotaVerdict {
  return { allowed: counted === 1, ...quotaState(limit, used, day) };
}

function quotaState(limit: number, used: number, day: number): QuotaState {
  return {
    limit,
    used,
    remaining: Math.max(0, limit - used),
    resetAt: new Date((day + 1) * dayMs),
  };
}
