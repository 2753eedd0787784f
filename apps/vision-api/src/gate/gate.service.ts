import { Inject, Injectable } from '@nestjs/common';
import { bucketKey, Limits, LimitsUnavailable, quotaKey, type QuotaState } from '@nomo/limits';
import {
  parseApiKey,
  verifyApiKey,
  type ApiKeyId,
  type ParsedApiKey,
} from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { decodeKeyRecord, type KeyRecord } from '../keys/key-record.js';
import { keyRecordKey } from '../keys/key-records.js';
import { KeysService } from '../keys/keys.service.js';
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

/** One bucket for the whole service. */
const SERVICE_BUCKET = bucketKey('nomosly');

/**
 * Decides whether a request may go on.
 *
 * Redis is asked once: the service-wide bucket, the key's record and its daily counter
 * travel together. All three answers are in hand before the key is checked, so a refused
 * request gives back what it took, and only admitted ones count.
 */
@Injectable()
export class Gate {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly limits: Limits,
    private readonly keys: KeysService,
  ) {}

  /**
   * Admits a request or throws the problem that refuses it.
   *
   * @param presented - The `x-api-key` header as it came.
   * @throws {Problem} `invalid_api_key`, `insufficient_scope`, `rate_limited` or
   *   `quota_exceeded`, looked at in this order; `unavailable` while Redis is away.
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

  private async decide(parsed: ParsedApiKey, requirement: GateRequirement): Promise<Admission> {
    const bucket = {
      key: SERVICE_BUCKET,
      ratePerSecond: this.config.RATE_LIMIT_PER_SECOND,
      burst: this.config.RATE_LIMIT_BURST,
    };
    const quota = { key: quotaKey(parsed.id), limit: this.config.DAILY_QUOTA };
    const verdict = await this.limits.check({
      bucket,
      ...(requirement.metered && { quota }),
      reads: [keyRecordKey(parsed.id)],
    });
    const refuse = async (problem: Error): Promise<never> => {
      await this.limits.giveBack({
        ...(verdict.bucket.allowed && { bucket }),
        ...(verdict.quota?.allowed && {
          quota: { key: quota.key, resetAt: verdict.quota.resetAt },
        }),
      });
      throw problem;
    };

    const record = await this.verify(parsed, verdict.reads[0] ?? null);
    if (record === undefined) return refuse(invalidApiKey());
    if (requirement.scope !== undefined && !record.scopes.includes(requirement.scope)) {
      return refuse(insufficientScope(requirement.scope));
    }
    if (!verdict.bucket.allowed) return refuse(rateLimited(verdict.bucket));
    if (verdict.quota?.allowed === false) return refuse(quotaExceeded(verdict.quota));
    return {
      userId: record.userId,
      keyId: parsed.id,
      quota: verdict.quota ?? (await this.limits.peekQuota(quota.key, quota.limit)),
    };
  }

  /** The record of a key that is genuine, not revoked and not expired. */
  private async verify(
    parsed: ParsedApiKey,
    published: string | null,
  ): Promise<KeyRecord | undefined> {
    const known = decodeKeyRecord(published);
    const genuine = verifyApiKey(parsed, known?.secretHash);
    // Unknown, wrong, revoked and expired keys all go the long way through PostgreSQL:
    // neither the answer nor the time tells one from another.
    const record =
      genuine && known !== undefined && !expired(known)
        ? known
        : await this.keys.verifyUnpublished(parsed);
    return record === undefined || expired(record) ? undefined : record;
  }
}

function expired(record: KeyRecord): boolean {
  return record.expiresAt !== undefined && record.expiresAt.getTime() <= Date.now();
}
