import { Inject, Injectable } from '@nestjs/common';
import {
  bucketKey,
  Limits,
  LimitsUnavailable,
  quotaKey,
  type BucketRequest,
  type BucketVerdict,
  type QuotaState,
  type QuotaVerdict,
} from '@nomo/limits';
import {
  parseApiKey,
  verifyApiKey,
  type ApiKeyId,
  type ParsedApiKey,
} from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import pLimit from 'p-limit';
import { type Config } from '../config.js';
import { decodeKeyRecord, isExpired, type KeyRecord } from '../keys/key-record.js';
import { keyRecordKey } from '../keys/key-records.js';
import { KeyVerifier } from '../keys/key-verifier.js';
import { Revocations } from '../keys/revocations.js';
import { type Scope } from '../keys/scopes.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import {
  insufficientScope,
  invalidApiKey,
  quotaExceeded,
  rateLimited,
} from './gate.problems.js';

/** What a route asks of a key. */
export interface GateRequirement {
  /** The scope the key must have; `undefined` where any valid key may pass. */
  readonly scope: Scope | undefined;
  /** Whether a request counts against the key's daily quota. */
  readonly metered: boolean;
}

/** A request that may go on: whose it is, and where its key stands today. */
export interface Admission {
  readonly userId: string;
  readonly keyId: ApiKeyId;
  readonly quota: QuotaState;
}

/** What a request has taken of the limits, or would have. */
interface Taken {
  readonly bucket: BucketVerdict;
  /** `undefined` where the request is not metered. */
  readonly quota: QuotaVerdict | undefined;
}

/** One bucket for the whole service. */
const SERVICE_BUCKET = bucketKey('nomosly');

/**
 * Look-ups in PostgreSQL under way at once, and waiting. Whoever sends keys that do not
 * exist must not take the connections that everything else needs.
 */
const LOOK_UPS_AT_ONCE = 4;
const LOOK_UPS_WAITING = 200;

/**
 * Decides whether a request may go on.
 *
 * Redis is asked once: the service-wide bucket, the key's record and its daily counter
 * travel together. A request whose key Redis does not vouch for gives back what it took
 * before PostgreSQL is asked, so strangers hold nothing of anybody's limits.
 */
@Injectable()
export class Gate {
  private readonly lookUp = pLimit(LOOK_UPS_AT_ONCE);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly limits: Limits,
    private readonly keys: KeyVerifier,
    private readonly revocations: Revocations,
  ) {}

  /**
   * Admits a request or throws the problem that refuses it.
   *
   * @param presented - The `x-api-key` header as it came.
   * @throws {Problem} `invalid_api_key`, `insufficient_scope`, `rate_limited` or
   *   `quota_exceeded`, looked at in this order; `unavailable` while Redis is away, or
   *   PostgreSQL where it has to be asked.
   */
  async admit(presented: unknown, requirement: GateRequirement): Promise<Admission> {
    const parsed = parseApiKey(presented);
    // Form and checksum are public, so refusing early tells nobody anything about a key.
    if (parsed === undefined) throw invalidApiKey();
    try {
      return await this.decide(parsed, requirement);
    } catch (error) {
      throw error instanceof LimitsUnavailable ? temporarilyUnavailable(error) : error;
    }
  }

  /** Gives an admitted request's place in the quota back: the service could not serve it. */
  async refund({ keyId, quota }: Admission): Promise<void> {
    await this.limits.giveBack({ quota: { key: quotaKey(keyId), resetAt: quota.resetAt } });
  }

  private async decide(
    parsed: ParsedApiKey,
    { scope, metered }: GateRequirement,
  ): Promise<Admission> {
    const { id } = parsed;
    let { record, taken } = await this.ask(parsed, metered);
    if (record === undefined) {
      // Unknown, wrong, revoked and expired keys, and good ones that Redis does not know yet,
      // all go this way: neither the answer nor the time tells one from another.
      await this.giveBack(id, taken);
      record = await this.askPostgres(parsed);
      taken = await this.take(id, metered);
    }

    const { bucket, quota } = taken;
    if (scope !== undefined && !record.scopes.includes(scope)) {
      throw insufficientScope(scope, await this.refuse(id, taken));
    }
    if (!bucket.allowed) throw rateLimited(bucket, await this.refuse(id, taken));
    if (quota?.allowed === false) throw quotaExceeded(await this.refuse(id, taken));
    return { userId: record.userId, keyId: id, quota: quota ?? (await this.standing(id)) };
  }

  /** Takes from the limits, and reads the record on the way, if Redis vouches for the key. */
  private async ask(
    parsed: ParsedApiKey,
    metered: boolean,
  ): Promise<{ record: KeyRecord | undefined; taken: Taken }> {
    const verdict = await this.limits.check({
      ...this.request(parsed.id, metered),
      reads: [keyRecordKey(parsed.id)],
    });
    const published = this.revocations.areInForce ? verdict.reads[0] : null;
    const known = decodeKeyRecord(published ?? null);
    const genuine = verifyApiKey(parsed, known?.secretHash);
    const record = genuine && known !== undefined && !isExpired(known) ? known : undefined;
    return { record, taken: verdict };
  }

  private async take(id: ApiKeyId, metered: boolean): Promise<Taken> {
    return this.limits.check(this.request(id, metered));
  }

  private async askPostgres(parsed: ParsedApiKey): Promise<KeyRecord> {
    if (this.lookUp.pendingCount >= LOOK_UPS_WAITING) {
      throw temporarilyUnavailable(new Error('too many keys wait to be looked up'));
    }
    const record = await this.lookUp(() => this.keys.verifyUnpublished(parsed)).catch(
      (error: unknown) => {
        throw temporarilyUnavailable(error);
      },
    );
    if (record === undefined) throw invalidApiKey();
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
