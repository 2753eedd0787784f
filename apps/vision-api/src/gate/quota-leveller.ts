import { Inject, Injectable, Logger } from '@nestjs/common';
import { Limits, quotaKey, type QuotaState } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import { CONFIG } from '@nomo/service-kit';
import pLimit from 'p-limit';
import { type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import {
  QuotaCounters,
  type KnownCount,
  type QuotaOwner,
} from './quota-counters.repository.js';
import { QuotaLedger } from './quota-ledger.js';

/** Of the ten connections of the gate's role. */
const AT_ONCE = 4;

/**
 * Sees to it that Redis' count of a key is not believed before it has been raised to what
 * else is known: requests may have been counted in PostgreSQL while Redis was away, and a
 * Redis that was restarted may have lost any or all of its counts.
 *
 * Done once for each key, process and epoch of Redis, with the key's first request. After
 * that it costs a look into a map.
 */
@Injectable()
export class QuotaLeveller {
  private readonly logger = new Logger('Gate');
  private readonly ledger = new QuotaLedger();
  private readonly atOnce = pLimit(AT_ONCE);
  private readonly levelling = new Map<ApiKeyId, Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly limits: Limits,
    private readonly counters: QuotaCounters,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /** Whether Redis' count of this key can be believed in this epoch of it. */
  isLevel(id: ApiKeyId, epoch: number): boolean {
    return this.ledger.isLevel(id, epoch);
  }

  /** What Redis last told this process of a key's count. */
  seen(id: ApiKeyId): KnownCount | undefined {
    return this.ledger.seen(id);
  }

  /** Notes what Redis said of a key. */
  saw(id: ApiKeyId, epoch: number, quota: QuotaState): void {
    if (this.ledger.isLevel(id, epoch)) this.ledger.level(id, epoch, quota);
  }

  /** Notes that PostgreSQL has counted a request of this key. */
  countedElsewhere(id: ApiKeyId): void {
    this.ledger.unlevel(id);
  }

  /** Notes that Redis has uncounted a request of this key. */
  gaveBack(id: ApiKeyId, resetAt: Date): void {
    this.ledger.gaveBack(id, resetAt);
  }

  /**
   * Raises Redis' count of a key, unless it is level. Requests that come meanwhile wait for the
   * same raise.
   *
   * Redis is told but once in an epoch of what it last said itself. After that it knows better:
   * whatever was given back since, here or by another process, would be taken again.
   *
   * While PostgreSQL is away as well, what this process itself remembers has to do: a key
   * that is known valid goes on, and its count is raised as soon as PostgreSQL answers.
   *
   * @throws {LimitsUnavailable} Redis did not answer.
   */
  async level(owner: QuotaOwner): Promise<void> {
    const { id } = owner;
    if (this.isLevel(id, this.limits.epoch)) return;
    let raising = this.levelling.get(id);
    if (raising === undefined) {
      raising = this.raise(owner).finally(() => this.levelling.delete(id));
      this.levelling.set(id, raising);
    }
    await raising;
  }

  private async raise(owner: QuotaOwner): Promise<void> {
    const { id } = owner;
    const { epoch } = this.limits;
    const limit = this.config.DAILY_QUOTA;
    const stored = await this.atOnce(() =>
      this.circuit.run(() => this.counters.read(owner, limit)),
    ).catch((error: unknown) => {
      this.logger.debug(error, 'A quota could not be compared with PostgreSQL yet');
      return undefined;
    });
    const seen = this.ledger.isRecalled(id, epoch) ? undefined : this.ledger.seen(id);
    const known = largest(stored, seen);
    if (known !== undefined && known.used > 0) {
      await this.limits.raiseQuota({ key: quotaKey(id), ...known });
    }
    this.ledger.recalled(id, epoch);
    if (stored !== undefined) {
      this.ledger.level(id, epoch, { ...stored, ...known });
    }
  }
}

/** Of two counts the one of the later day, or else the larger one. */
function largest(
  stored: KnownCount | undefined,
  seen: KnownCount | undefined,
): KnownCount | undefined {
  if (stored === undefined || seen === undefined) return stored ?? seen;
  const later = seen.resetAt.getTime() - stored.resetAt.getTime();
  const { used, resetAt } =
    later > 0 || (later === 0 && seen.used > stored.used) ? seen : stored;
  return { used, resetAt };
}
