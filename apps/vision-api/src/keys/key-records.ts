import { Injectable } from '@nestjs/common';
import { type ApiKeyId } from '@nomo/security-core';
import { Redis } from 'ioredis';
import { encodeKeyRecord, type KeyRecord } from './key-record.js';

const TOMBSTONE = 'revoked';

/** The Redis key that holds the record of an API key; the braces keep all of a key's data in one cluster slot. */
export function keyRecordKey(id: ApiKeyId): string {
  return `nomosly:{${id}}:record`;
}

/**
 * The copy of every key that the gate reads: in Redis, shared by all processes, and
 * without a time-to-live, so that no revocation ever waits for one.
 *
 * A record is only ever written where there is none, and a tombstone over whatever is
 * there. A process that read a key from PostgreSQL just before its revocation can
 * therefore not bring it back, however late its write arrives.
 */
@Injectable()
export class KeyRecords {
  constructor(private readonly redis: Redis) {}

  /** Makes a usable key known; does nothing where a record or a tombstone stands. */
  async publish(id: ApiKeyId, record: KeyRecord): Promise<void> {
    await this.redis.set(keyRecordKey(id), encodeKeyRecord(record), 'NX');
  }

  /** Makes every process refuse these keys from its next request on, for good. */
  async bury(...ids: readonly ApiKeyId[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const id of ids) pipeline.set(keyRecordKey(id), TOMBSTONE);
    const results = await pipeline.exec();
    const failure = results?.find(([error]) => error !== null)?.[0];
    if (results === null || failure) throw failure ?? new Error('Redis took no tombstone');
  }
}
