import { Inject, Injectable } from '@nestjs/common';
import { LocalBucket, type BucketVerdict } from '@nomo/limits';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';

/**
 * This process' part of the service-wide bucket, for the time in which Redis is away: rate
 * and burst divided by RATE_LIMIT_PROCESSES, at least one request at a time.
 */
@Injectable()
export class ProcessBucket {
  private readonly bucket: LocalBucket;
  private readonly processes: number;

  constructor(@Inject(CONFIG) config: Config) {
    this.processes = config.RATE_LIMIT_PROCESSES;
    this.bucket = new LocalBucket({
      ratePerSecond: config.RATE_LIMIT_PER_SECOND / this.processes,
      burst: Math.max(1, Math.floor(config.RATE_LIMIT_BURST / this.processes)),
    });
  }

  take(): BucketVerdict {
    return this.bucket.take();
  }

  giveBack(verdict: BucketVerdict): void {
    this.bucket.giveBack(verdict);
  }

  /** Holds at most its part of what the shared bucket has left, to go on from there. */
  follow({ remaining }: BucketVerdict): void {
    this.bucket.leaveAtMost(Math.floor(remaining / this.processes));
  }
}
