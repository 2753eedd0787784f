import { Inject, Injectable } from '@nestjs/common';
import { Limits, LimitsUnavailable, quotaKey } from '@nomo/limits';
import { isApiKeyId } from '@nomo/security-core';
import { CONFIG, requestContext, validateInput } from '@nomo/service-kit';
import { type Request } from 'express';
import { accountOf } from '../accounts/account.js';
import { type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { keyNotFound } from '../keys/keys.problems.js';
import { KeysService } from '../keys/keys.service.js';
import { AccountUsageQuery, type AccountUsageAnswer } from './usage.schemas.js';
import { UsageReader } from './usage.reader.js';

const DAY_MS = 86_400_000;

/** What a customer's keys have been used for. */
@Injectable()
export class AccountUsage {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly usage: UsageReader,
    private readonly keys: KeysService,
    private readonly limits: Limits,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /** @throws {Problem} `invalid_request`, `key_not_found`, `unavailable` */
  async answer(request: Request): Promise<AccountUsageAnswer> {
    const { from, to, keyId } = await validateInput(AccountUsageQuery, request.query);
    const { userId } = accountOf(request);
    if (keyId !== undefined) await this.requireOwn(userId, keyId);
    const days = await this.circuit.serve(() =>
      this.usage.byKeyAndDay(userId, from, to, keyId),
    );
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    return {
      from,
      to,
      days,
      today: {
        resetAt: new Date(midnight + DAY_MS).toISOString(),
        keys: await this.standing(userId, new Date(midnight), keyId),
      },
      requestId: requestContext(request).id,
    };
  }

  private async requireOwn(userId: string, keyId: string): Promise<void> {
    const known =
      isApiKeyId(keyId) && (await this.circuit.serve(() => this.keys.findOwn(userId, keyId)));
    if (!known) throw keyNotFound();
  }

  /** Where the keys stand today: by the counters, and by what is recorded where they say less. */
  private async standing(
    userId: string,
    midnight: Date,
    keyId: string | undefined,
  ): Promise<AccountUsageAnswer['today']['keys']> {
    const today = midnight.toISOString().slice(0, 10);
    const recorded = new Map<string, number>();
    const rows = await this.circuit.serve(() =>
      this.usage.byKeyAndDay(userId, today, today, keyId),
    );
    for (const row of rows) {
      recorded.set(row.keyId, (recorded.get(row.keyId) ?? 0) + row.requests);
    }
    const limit = this.config.DAILY_QUOTA;
    const ids = keyId === undefined ? await this.idsToShow(userId, recorded) : [keyId];
    return Promise.all(
      ids.map(async (id) => ({
        keyId: id,
        limit,
        used: Math.max(recorded.get(id) ?? 0, await this.counted(id, limit)),
      })),
    );
  }

  /** The keys that work, and those that were used today and do not any more. */
  private async idsToShow(
    userId: string,
    recorded: ReadonlyMap<string, number>,
  ): Promise<string[]> {
    const keys = await this.circuit.serve(() => this.keys.listOwn(userId));
    const now = Date.now();
    const working = keys.filter(
      ({ revokedAt, expiresAt }) =>
        revokedAt === undefined && (expiresAt === undefined || expiresAt.getTime() > now),
    );
    return [...new Set([...working.map(({ id }) => id), ...recorded.keys()])];
  }

  /** What Redis says; nothing while it is away. */
  private async counted(id: string, limit: number): Promise<number> {
    try {
      return (await this.limits.peekQuota(quotaKey(id), limit)).used;
    } catch (error) {
      if (error instanceof LimitsUnavailable) return 0;
      throw error;
    }
  }
}
