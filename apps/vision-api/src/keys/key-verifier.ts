import { Injectable } from '@nestjs/common';
import { verifyApiKey, type ParsedApiKey } from '@nomo/security-core';
import { KeyLookupRepository } from './key-lookup.repository.js';
import { isExpired, type KeyRecord } from './key-record.js';
import { KeyRecords } from './key-records.js';

/** Decides on a key by what PostgreSQL knows of it. */
@Injectable()
export class KeyVerifier {
  constructor(
    private readonly keys: KeyLookupRepository,
    private readonly records: KeyRecords,
  ) {}

  /**
   * Asks PostgreSQL about a key that Redis did not vouch for, and makes a good one known
   * there. Does the same work, and gives the same answer, for an unknown id, a wrong
   * secret, a revoked and an expired key.
   */
  async verifyUnpublished(presented: ParsedApiKey): Promise<KeyRecord | undefined> {
    const record = await this.keys.findRecord(presented.id);
    const genuine = verifyApiKey(presented, record?.secretHash);
    if (!genuine || record === undefined || isExpired(record)) return undefined;
    await this.records.publish(presented.id, record);
    return record;
  }
}
