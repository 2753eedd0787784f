import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { type KeyRecord } from '../keys/key-record.js';
import { KeyVerifier } from '../keys/key-verifier.js';
import { type PresentedKey } from '../keys/presented-key.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { invalidApiKey } from './gate.problems.js';

/**
 * Look-ups in PostgreSQL under way at once, and waiting. Whoever sends keys that do not
 * exist must not take the connections that everything else needs.
 */
const AT_ONCE = 4;
const WAITING = 200;

/** Asks PostgreSQL about keys: few at once, and no more than can be answered soon. */
@Injectable()
export class KeyLookUps {
  private readonly atOnce = pLimit(AT_ONCE);

  constructor(
    private readonly keys: KeyVerifier,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /**
   * The record of a key that may be used.
   *
   * @throws {Problem} `invalid_api_key`; `unavailable` where PostgreSQL cannot be asked
   */
  async find(presented: PresentedKey): Promise<KeyRecord> {
    if (this.atOnce.pendingCount >= WAITING) {
      throw temporarilyUnavailable(new Error('too many keys wait to be looked up'));
    }
    const record = await this.atOnce(() =>
      this.circuit.run(() => this.keys.verify(presented)),
    ).catch((error: unknown) => {
      throw temporarilyUnavailable(error);
    });
    if (record === undefined) throw invalidApiKey();
    return record;
  }
}
