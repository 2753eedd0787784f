import { Injectable, Logger } from '@nestjs/common';
import { KeyLookupRepository } from './key-lookup.repository.js';
import { isExpired, type KeyRecord } from './key-record.js';
import { type PresentedKey } from './presented-key.js';

/** Decides on a key by what PostgreSQL knows of it. */
@Injectable()
export class KeyVerifier {
  private readonly security = new Logger('Security');

  constructor(private readonly keys: KeyLookupRepository) {}

  /**
   * The record of a key that may be used at this moment. Does the same work, and gives the
   * same answer, for an unknown id, a wrong secret, a revoked and an expired key.
   */
  async verify(presented: PresentedKey): Promise<KeyRecord | undefined> {
    const record = await this.keys.findRecord(presented.id);
    const genuine = presented.isGenuine(record);
    if (genuine && record !== undefined && !isExpired(record)) return record;
    // One line for each of them, so that the work stays the same.
    const reason =
      record === undefined ? 'unknown_or_revoked' : genuine ? 'expired' : 'wrong_secret';
    this.security.warn({ event: 'api_key_refused', keyId: presented.id, reason });
    return undefined;
  }
}
