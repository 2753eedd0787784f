import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Limits } from '@nomo/limits';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyLookupRepository } from './key-lookup.repository.js';
import { KeyRecords } from './key-records.js';

const RETRY_MS = 1_000;

/** How long a revocation may stay unknown of which Redis was not told. */
const LOOK_EVERY_MS = 2_000;

/** After this every process that reaches both stores has found a revocation by looking. */
export const LATE_REVOCATIONS_KNOWN_MS = LOOK_EVERY_MS + 1_000;

/** The dates of revocations come from other machines, whose clocks and commits may be late. */
const LOOK_BACK_MS = 120_000;

/**
 * Sees to it that Redis knows of every revocation before its records are believed.
 *
 * A Redis that was restarted, restored or failed over may have lost a tombstone and kept
 * the record under it, and one that was away has not heard of the keys that were revoked
 * meanwhile. So in each new epoch of Redis every tombstone is written again, and until that
 * is done the gate asks PostgreSQL about every key.
 *
 * Whoever revokes a key may be cut off from a Redis that everybody else can reach. So the
 * keys revoked of late are looked for every other second as well, and buried here.
 */
@Injectable()
export class Revocations implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Revocations');
  private believed: number | undefined;
  private stopping = false;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits: Limits,
    private readonly keys: KeyLookupRepository,
    private readonly records: KeyRecords,
  ) {}

  /** Whether the records in Redis can be believed in its present epoch. */
  get areInForce(): boolean {
    return this.believed === this.limits.epoch;
  }

  /** Waits for the first attempt alone: a service starts without PostgreSQL, too. */
  async onModuleInit(): Promise<void> {
    this.limits.onChange((available) => {
      if (available) void this.enforce(this.limits.epoch);
    });
    const { epoch } = this.limits;
    if (!(await this.attempt(epoch))) void this.enforce(epoch);
    this.looking = setInterval(() => void this.buryLatest(), LOOK_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    this.stopping = true;
    clearInterval(this.looking);
  }

  /** Where one of the two stores is away, it is found by the next look, or by `enforce`. */
  private async buryLatest(): Promise<void> {
    if (!this.areInForce || !this.limits.available) return;
    try {
      const since = new Date(Date.now() - LOOK_BACK_MS);
      for await (const ids of this.keys.revoked(since)) await this.records.bury(...ids);
    } catch (error) {
      this.logger.debug(error, 'The latest revocations could not be looked for');
    }
  }

  /** Tries for as long as this epoch lasts. */
  private async enforce(epoch: number): Promise<void> {
    while (epoch === this.limits.epoch && !this.stopping && !(await this.attempt(epoch))) {
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  /** Writes every tombstone again. @returns whether all are written */
  private async attempt(epoch: number): Promise<boolean> {
    try {
      for await (const ids of this.keys.revoked()) await this.records.bury(...ids);
      this.believed = epoch;
      return true;
    } catch (error) {
      this.logger.warn(error, 'Revocations could not be written to Redis yet');
      return false;
    }
  }
}
