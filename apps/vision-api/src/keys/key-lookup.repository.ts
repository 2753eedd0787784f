import { Injectable } from '@nestjs/common';
import { isApiKeyId, type ApiKeyId } from '@nomo/security-core';
import { VisionDatabase } from '../database/doors.js';
import { type KeyRecord } from './key-record.js';
import { isScope } from './scopes.js';

/**
 * A key that the migration makes and that nobody can have. A look-up that finds nothing goes
 * on with it, so that an unknown id costs the same work as a known one.
 */
const DECOY = 'nmk_test_0000000000000000000000';

/** Revoked keys are read in pages of this size. */
const PAGE = 1_000;

/** What the gate asks PostgreSQL about keys. */
@Injectable()
export class KeyLookupRepository {
  constructor(private readonly database: VisionDatabase) {}

  /**
   * What the gate needs of a key that may still be used; `undefined` for an unknown id
   * and for a revoked key. Each time two look-ups, each of which finds one row.
   */
  async findRecord(id: ApiKeyId): Promise<KeyRecord | undefined> {
    const entry = await this.database.withoutTenant(async (tx) => {
      const [found] = await tx.$queryRaw<{ key_id: string; user_id: string }[]>`
        SELECT key_id, user_id FROM api_key_directory
        WHERE key_id IN (${id}, ${DECOY})
        ORDER BY key_id = ${id} DESC
        LIMIT 1`;
      return found;
    });
    if (entry === undefined) throw new Error('the decoy key is missing');
    const row = await this.database.withTenant(entry.user_id, (tx) =>
      tx.apiKey.findUnique({
        where: { userId_id: { userId: entry.user_id, id: entry.key_id } },
      }),
    );
    if (row === null || row.revokedAt !== null) return undefined;
    return {
      userId: row.userId,
      secretHash: row.secretHash,
      scopes: row.scopes.filter(isScope),
      expiresAt: row.expiresAt ?? undefined,
    };
  }

  /** The ids of the keys that were revoked since then, or ever; page by page. */
  async *revoked(since?: Date): AsyncGenerator<readonly ApiKeyId[]> {
    let last: string | undefined;
    do {
      const after = last;
      const page = await this.database.withoutTenant((tx) =>
        tx.apiKeyDirectory.findMany({
          where: {
            revokedAt: since === undefined ? { not: null } : { gte: since },
            ...(after !== undefined && { keyId: { gt: after } }),
          },
          select: { keyId: true },
          orderBy: { keyId: 'asc' },
          take: PAGE,
        }),
      );
      yield page.map(({ keyId }) => keyId).filter(isApiKeyId);
      last = page.length === PAGE ? page.at(-1)?.keyId : undefined;
    } while (last !== undefined);
  }
}
