import { Injectable } from '@nestjs/common';
import { type Tx } from '../database/database.js';

/** One caller's name for one request. */
export interface IdempotencyKey {
  readonly orgId: string;
  readonly caller: string;
  readonly key: string;
}

export interface AnsweredRequest {
  readonly requestDigest: Uint8Array;
  readonly answerBox: Uint8Array;
}

@Injectable()
export class IdempotencyRepository {
  /**
   * Takes a key for the request whose transaction this is. While another request with the same
   * key is under way, waits for it to commit or roll back.
   *
   * @returns false where the key was answered before
   */
  async take(tx: Tx, key: IdempotencyKey, requestDigest: Uint8Array): Promise<boolean> {
    const inserted = await tx.$executeRaw`
      INSERT INTO idempotency_keys (org_id, caller, key, request_digest)
      VALUES (${key.orgId}::uuid, ${key.caller}, ${key.key}, ${requestDigest})
      ON CONFLICT DO NOTHING`;
    return inserted === 1;
  }

  async answer(tx: Tx, key: IdempotencyKey, answerBox: Uint8Array): Promise<void> {
    await tx.idempotencyKey.update({
      where: { orgId_caller_key: { ...key } },
      data: { answerBox: Uint8Array.from(answerBox) },
    });
  }

  async find(tx: Tx, key: IdempotencyKey): Promise<AnsweredRequest | undefined> {
    const row = await tx.idempotencyKey.findUnique({ where: { orgId_caller_key: { ...key } } });
    if (row === null || row.answerBox === null) return undefined;
    return { requestDigest: row.requestDigest, answerBox: row.answerBox };
  }
}
