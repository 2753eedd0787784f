import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  bucketKey,
  Limits,
  quotaKey,
  type BucketRequest,
  type BucketVerdict,
  type QuotaState,
  type QuotaVerdict,
} from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { decodeKeyRecord, isExpired, type KeyRecord } from '../keys/key-record.js';
import { KeyRecords, keyRecordKey } from '../keys/key-records.js';
import { type PresentedKey } from '../keys/presented-key.js';
import { Revocations } from '../keys/revocations.js';
import { insufficientScope, quotaExceeded, rateLimited } from './gate.problems.js';
import { type Admission, type GateRequirement } from './gate.types.js';
import { KeyLookUps } from './key-look-ups.js';
import { ProcessBucket } from './process-bucket.js';
import { QuotaLeveller } from './quota-leveller.js';

/** What a request has taken of the limits, or would have. */
interface Taken {
  readonly bucket: BucketVerdict;
  /** `undefined` where the request is not metered. */
  readonly quota: QuotaVerdict | undefined;
}

/** One bucket for the whole service. */
const SERVICE_BUCKET = bucketKey('nomosly');

/**
 * The gate as long as Redis answers, which is asked once: the service-wide bucket, the key's
 * record and its daily counter travel together. A request whose key Redis does not vouch for
 * gives back what it took before PostgreSQL is asked, so strangers hold nothing of anybody's
 * limits.
 *
 * Everything here throws `LimitsUnavailable` as soon as Redis does not answer.
 */
@Injectable()
export class GateOnRedis {
  private readonly logger = new Logger('Gate');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly limits: Limits,
    private readonly lookUps: KeyLookUps,
    private readonly records: KeyRecords,
    private readonly revocations: Revocations,
    private readonly leveller: QuotaLeveller,
    private readonly processBucket: ProcessBucket,
  ) {}

  async decide(
    presented: PresentedKey,
    { scope, metered }: GateRequirement,
  ): Promise<Admission> {
    const { id } = presented;
    const { epoch } = this.limits;
    let { record, taken } = await this.ask(presented, metered);
    if (record === undefined || !this.leveller.isLevel(id, epoch)) {
      // Unknown, wrong, revoked and expired keys, and good ones that Redis does not know yet,
      // all go this way: neither the answer nor the time tells one from another.
      await this.giveBack(id, taken);
      record ??= await this.askPostgres(presented);
      await this.leveller.level({ userId: record.userId, id });
      taken = await this.limits.check(this.request(id, metered));
    }
    const { bucket, quota } = taken;
    if (scope !== undefined && !record.scopes.includes(scope)) {
      throw insufficientScope(scope, await this.refuse(id, taken));
    }
    if (!bucket.allowed) throw rateLimited(bucket, await this.refuse(id, taken));
    if (quota?.allowed === false) throw quotaExceeded(await this.refuse(id, taken));
    this.processBucket.follow(bucket);
    const standing = quota ?? (await this.standing(id));
    this.leveller.saw(id, epoch, standing);
    return {
      userId: record.userId,
      keyId: id,
      quota: standing,
      countedIn: metered ? 'redis' : undefined,
    };
  }

  /** Uncounts an admitted request. */
  async refund(id: ApiKeyId, resetAt: Date): Promise<void> {
    try {
      await this.limits.giveBack({ quota: { key: quotaKey(id), resetAt } });
    } finally {
      // Whatever came of it: a Redis that answers too late uncounts all the same, and must not be
      // told afterwards of the count before.
      this.leveller.gaveBack(id, resetAt);
    }
  }

  /** Takes from the limits, and reads the record on the way, if Redis vouches for the key. */
  private async ask(
    presented: PresentedKey,
    metered: boolean,
  ): Promise<{ record: KeyRecord | undefined; taken: Taken }> {
    // Asked before and after: the tombstones may come to be in force between Redis' reading of
    // this record and our reading of its reply.
    const wereInForce = this.revocations.areInForce;
    const verdict = await this.limits.check({
      ...this.request(presented.id, metered),
      reads: [keyRecordKey(presented.id)],
    });
    const believed = wereInForce && this.revocations.areInForce;
    const published = believed ? verdict.reads[0] : null;
    const known = decodeKeyRecord(published ?? null);
    const genuine = presented.isGenuine(known);
    const record = genuine && known !== undefined && !isExpired(known) ? known : undefined;
    return { record, taken: verdict };
  }

  /** Looks a key up, and makes a good one known to Redis. */
  private async askPostgres(presented: PresentedKey): Promise<KeyRecord> {
    const record = await this.lookUps.find(presented);
    await this.records.publish(presented.id, record).catch((error: unknown) => {
      // Then the next request with this key looks it up again.
      this.logger.debug(error, 'A key could not be made known to Redis');
    });
    return record;
  }

  private request(
    id: ApiKeyId,
    metered: boolean,
  ): { bucket: BucketRequest; quota?: { key: string; limit: number } } {
    return {
      bucket: {
        key: SERVICE_BUCKET,
        ratePerSecond: this.config.RATE_LIMIT_PER_SECOND,
        burst: this.config.RATE_LIMIT_BURST,
      },
      ...(metered && { quota: { key: quotaKey(id), limit: this.config.DAILY_QUOTA } }),
    };
  }

  private async giveBack(id: ApiKeyId, { bucket, quota }: Taken): Promise<void> {
    await this.limits.giveBack({
      ...(bucket.allowed && { bucket: { ...this.request(id, false).bucket, verdict: bucket } }),
      ...(quota?.allowed && { quota: { key: quotaKey(id), resetAt: quota.resetAt } }),
    });
  }

  /** Gives back what a refused request took. @returns where its key stands then */
  private async refuse(id: ApiKeyId, taken: Taken): Promise<QuotaState> {
    await this.giveBack(id, taken);
    const { quota } = taken;
    if (quota === undefined) return this.standing(id);
    if (!quota.allowed) return quota;
    return { ...quota, used: quota.used - 1, remaining: quota.remaining + 1 };
  }

  private async standing(id: ApiKeyId): Promise<QuotaState> {
    return this.limits.peekQuota(quotaKey(id), this.config.DAILY_QUOTA);
  }
}
