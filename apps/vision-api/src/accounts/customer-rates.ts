import { Injectable, Logger } from '@nestjs/common';
import {
  bucketKey,
  type BucketRequest,
  type BucketVerdict,
  Limits,
  LimitsUnavailable,
  LocalBucket,
} from '@nomo/limits';
import { Problem } from '@nomo/service-kit';

type Rate = Pick<BucketRequest, 'ratePerSecond' | 'burst'>;

/** How many calls a customer may make beside the image operations, which have their own limits. */
const RATES = {
  /** A page of the console asks five questions when it is opened. */
  reads: { ratePerSecond: 20, burst: 200 },
  /**
   * What is changed stays: each change is a row, an event for good, and an entry in Redis. All keys
   * that an account may have can be made at once.
   */
  changes: { ratePerSecond: 1, burst: 150 },
} as const satisfies Readonly<Record<string, Rate>>;

/** What changes nothing (RFC 9110, section 9.2.1). */
const READING = new Set(['GET', 'HEAD']);

/** Keeps one customer, or whoever has a token or a cookie of theirs, from taking the place of all others. */
@Injectable()
export class CustomerRates {
  private readonly logger = new Logger('Accounts');
  /** For all customers together, while Redis is away: never no limit. */
  private readonly local = {
    reads: new LocalBucket(RATES.reads),
    changes: new LocalBucket(RATES.changes),
  };

  constructor(private readonly limits: Limits) {}

  /**
   * Counts one call.
   *
   * @throws Problem `rate_limited`
   */
  async take(userId: string, method: string): Promise<void> {
    const kind = READING.has(method) ? 'reads' : 'changes';
    const { allowed, retryAfterMs } = await this.verdict(userId, kind);
    if (allowed) return;
    throw new Problem({
      status: 429,
      code: 'rate_limited',
      detail: 'These are more calls than an account may make. Retry after a short pause.',
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
    });
  }

  private async verdict(userId: string, kind: keyof typeof RATES): Promise<BucketVerdict> {
    const bucket = { key: bucketKey(`customer:${userId}:${kind}`), ...RATES[kind] };
    try {
      return (await this.limits.check({ bucket })).bucket;
    } catch (error) {
      if (!(error instanceof LimitsUnavailable)) throw error;
      this.logger.debug(error, 'Customers are limited by this process alone at the moment');
      return this.local[kind].take();
    }
  }
}
