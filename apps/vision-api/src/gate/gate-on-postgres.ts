import { Inject, Injectable } from '@nestjs/common';
import { type QuotaState } from '@nomo/limits';
import { CONFIG } from '@nomo/service-kit';
import pLimit from 'p-limit';
import { type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { type PresentedKey } from '../keys/presented-key.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { insufficientScope, quotaExceeded, rateLimited } from './gate.problems.js';
import { type Admission, type GateRequirement } from './gate.types.js';
import { KeyLookUps } from './key-look-ups.js';
import { ProcessBucket } from './process-bucket.js';
import { QuotaCounters, type QuotaOwner } from './quota-counters.repository.js';
import { QuotaLeveller } from './quota-leveller.js';

/** Counts under way at once, of the ten connections of the gate's role; and waiting. */
const AT_ONCE = 4;
const WAITING = 200;

/**
 * The gate while Redis is away: every key is read from PostgreSQL with every request, so that
 * a revocation holds from its commit on; the daily quota is counted there; the rate is kept
 * by each process for its part. The order of refusals is the same as ever.
 */
@Injectable()
export class GateOnPostgres {
  private readonly atOnce = pLimit(AT_ONCE);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lookUps: KeyLookUps,
    private readonly counters: QuotaCounters,
    private readonly leveller: QuotaLeveller,
    private readonly bucket: ProcessBucket,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /** @throws {Problem} as `Gate.admit`; `unavailable` where PostgreSQL is away, too */
  async decide(
    presented: PresentedKey,
    { scope, metered }: GateRequirement,
  ): Promise<Admission> {
    const { id } = presented;
    const record = await this.lookUps.find(presented);
    const owner = { userId: record.userId, id };
    if (scope !== undefined && !record.scopes.includes(scope)) {
      throw insufficientScope(scope, await this.standing(owner));
    }
    const taken = this.bucket.take();
    if (!taken.allowed) throw rateLimited(taken, await this.standing(owner));
    if (!metered) {
      const quota = await this.standing(owner);
      return { ...ownerOf(owner), quota, countedIn: undefined };
    }
    const quota = await this.ask(() =>
      this.counters.count(owner, this.config.DAILY_QUOTA, this.leveller.seen(id)),
    );
    this.leveller.countedElsewhere(id);
    if (!quota.allowed) {
      this.bucket.giveBack(taken);
      throw quotaExceeded(quota);
    }
    return { ...ownerOf(owner), quota, countedIn: 'postgres' };
  }

  /** Uncounts an admitted request. */
  async refund(owner: QuotaOwner, resetAt: Date): Promise<void> {
    await this.ask(() => this.counters.giveBack(owner, resetAt));
  }

  /** Where a key stands by PostgreSQL's count, or by what was last seen of Redis' if that is more. */
  private async standing(owner: QuotaOwner): Promise<QuotaState> {
    const limit = this.config.DAILY_QUOTA;
    const stored = await this.ask(() => this.counters.read(owner, limit));
    const seen = this.leveller.seen(owner.id);
    if (seen?.resetAt.getTime() !== stored.resetAt.getTime() || seen.used <= stored.used) {
      return stored;
    }
    return { ...stored, used: seen.used, remaining: Math.max(0, limit - seen.used) };
  }

  private async ask<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.atOnce.pendingCount >= WAITING) {
      throw temporarilyUnavailable(new Error('too many requests wait to be counted'));
    }
    return this.atOnce(() => this.circuit.run(work)).catch((error: unknown) => {
      throw temporarilyUnavailable(error);
    });
  }
}

function ownerOf({ userId, id }: QuotaOwner): Pick<Admission, 'userId' | 'keyId'> {
  return { userId, keyId: id };
}
