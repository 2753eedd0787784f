import { Injectable, Logger } from '@nestjs/common';
import {
  type BucketGiveBack,
  type BucketRequest,
  type BucketVerdict,
  Limits,
  LimitsUnavailable,
  LocalBucket,
} from '@nomo/limits';
import { Redis } from 'ioredis';

/** An attempt that was counted, or was one too many. */
export interface Attempt {
  readonly allowed: boolean;
  /** 0 if allowed; otherwise after how many milliseconds another attempt would be. */
  readonly retryAfterMs: number;
  /** The keys of the buckets that it has emptied: the next one is too many there. */
  readonly emptied: readonly string[];
  /** Takes it back: it was none of those that are counted. */
  giveBack(): Promise<void>;
}

/** In the memory of one process, some 200 bytes each. */
const MOST_LOCAL = 20_000;

/**
 * Counts attempts in several buckets at once: in Redis, for all processes together. While Redis
 * is away each process counts by itself, to the same limits: there are more attempts then, as many
 * times as there are processes, and never any number of them.
 */
@Injectable()
export class AttemptLimits {
  private readonly logger = new Logger('Attempts');
  private readonly limits: Limits;
  private readonly local = new Map<string, LocalBucket>();

  constructor(redis: Redis) {
    this.limits = new Limits(redis);
    this.limits.onChange((available) => {
      if (available) this.logger.log('Redis answers again: it counts attempts for all');
      else this.logger.warn('Redis is away: this process counts attempts by itself');
    });
  }

  /** Takes one of each bucket, or of none. */
  async take(buckets: readonly BucketRequest[]): Promise<Attempt> {
    try {
      const verdicts = await this.limits.takeAll(buckets);
      return await attemptOf(buckets, verdicts, (taken) => this.giveBack(taken));
    } catch (error) {
      if (!(error instanceof LimitsUnavailable)) throw error;
      const locals = buckets.map((bucket) => this.localBucket(bucket));
      const verdicts = locals.map((bucket) => bucket.take());
      return attemptOf(buckets, verdicts, () => {
        for (const [index, verdict] of verdicts.entries())
          if (verdict.allowed) locals[index]?.giveBack(verdict);
        return Promise.resolve();
      });
    }
  }

  private async giveBack(taken: readonly BucketGiveBack[]): Promise<void> {
    await this.limits
      .giveAllBack(taken)
      // Then it stays counted: one attempt too few for somebody, for a while.
      .catch((error: unknown) => {
        if (!(error instanceof LimitsUnavailable)) throw error;
      });
  }

  private localBucket({ key, ratePerSecond, burst }: BucketRequest): LocalBucket {
    const known = this.local.get(key);
    if (known !== undefined) return known;
    // The oldest makes room. Whoever asks about thousands of accounts is stopped by their place.
    const [oldest] = this.local.keys();
    if (oldest !== undefined && this.local.size >= MOST_LOCAL) this.local.delete(oldest);
    const bucket = new LocalBucket({ ratePerSecond, burst });
    this.local.set(key, bucket);
    return bucket;
  }
}

/** All or nothing: what some buckets gave is returned where another refuses. */
async function attemptOf(
  buckets: readonly BucketRequest[],
  verdicts: readonly BucketVerdict[],
  giveBack: (taken: readonly BucketGiveBack[]) => Promise<void>,
): Promise<Attempt> {
  const giveAllBack = (): Promise<void> =>
    giveBack(
      buckets.flatMap((bucket, index) => {
        const verdict = verdicts[index];
        return verdict?.allowed === true ? [{ ...bucket, verdict }] : [];
      }),
    );
  const allowed = verdicts.every((verdict) => verdict.allowed);
  if (!allowed) await giveAllBack();
  return {
    allowed,
    retryAfterMs: Math.max(0, ...verdicts.map(({ retryAfterMs }) => retryAfterMs)),
    emptied: buckets
      .filter((_bucket, index) => allowed && verdicts[index]?.remaining === 0)
      .map(({ key }) => key),
    giveBack: allowed ? giveAllBack : () => Promise.resolve(),
  };
}
