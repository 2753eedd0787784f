import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyLookupRepository } from './key-lookup.repository.js';
import { KeyRecords } from './key-records.js';

const RETRY_MS = 1_000;

/**
 * Sees to it that Redis knows of every revocation before its records are believed.
 *
 * A Redis that was restarted, restored or failed over may have lost a tombstone and kept
 * the record under it. So with each new connection every tombstone is written again, and
 * until that is done the gate asks PostgreSQL about every key.
 */
@Injectable()
export class Revocations implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Revocations');
  private connection = 0;
  private believed = -1;
  private stopping = false;

  constructor(
    private readonly redis: Redis,
    private readonly keys: KeyLookupRepository,
    private readonly records: KeyRecords,
  ) {}

  /** Whether the records of the present connection to Redis can be believed. */
  get areInForce(): boolean {
    return this.believed === this.connection;
  }

  async onModuleInit(): Promise<void> {
    this.redis.on('close', () => {
      this.connection += 1;
    });
    this.redis.on('ready', () => void this.enforce());
    if (this.redis.status === 'ready') await this.enforce();
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Writes every tombstone again, and tries for as long as this connection stands. */
  private async enforce(): Promise<void> {
    const connection = this.connection;
    while (connection === this.connection && !this.stopping) {
      try {
        for await (const ids of this.keys.revoked()) await this.records.bury(...ids);
        this.believed = connection;
        return;
      } catch (error) {
        this.logger.warn(error, 'Revocations could not be written to Redis yet');
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
