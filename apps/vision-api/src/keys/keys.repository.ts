import { Injectable } from '@nestjs/common';
import { isApiKeyId, type ApiKeyId } from '@nomo/security-core';
import { Database } from '../database/database.js';
import { type ApiKey as ApiKeyRow } from '../generated/prisma/client.js';
import { type KeyRecord } from './key-record.js';
import { isScope, type Scope } from './scopes.js';

/** A key as its owner sees it; nothing in it lets anybody make a request. */
export interface ApiKey {
  readonly id: ApiKeyId;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
}

export interface NewApiKey {
  readonly id: ApiKeyId;
  readonly userId: string;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | undefined;
}

/**
 * A key that the migration makes and that nobody can have. A look-up that finds nothing goes
 * on with it, so that an unknown id costs the same work as a known one.
 */
const DECOY = 'nmk_test_0000000000000000000000';

/** Revoked keys are read in pages of this size. */
const PAGE = 1_000;

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  /** The id of the customer with this e-mail address, made on first sight. */
  async userIdOf(email: string): Promise<string> {
    const address = email.trim().toLowerCase();
    const known = await this.findUserId(address);
    if (known !== undefined) return known;
    const { id } = await this.database.user.create({ data: { email: address } });
    return id;
  }

  /** The id of the customer with this e-mail address, if there is one. */
  async findUserId(email: string): Promise<string | undefined> {
    const entry = await this.database.userDirectory.findUnique({
      where: { email: email.trim().toLowerCase() },
    });
    return entry?.userId;
  }

  /** Stores a new key and its directory entry together. */
  async create(key: NewApiKey): Promise<ApiKey> {
    const row = await this.database.apiKey.create({
      data: {
        userId: key.userId,
        id: key.id,
        name: key.name,
        secretHash: Uint8Array.from(key.secretHash),
        scopes: [...key.scopes],
        expiresAt: key.expiresAt ?? null,
      },
    });
    return toApiKey(row);
  }

  /** All keys of a customer, newest first, revoked ones too. */
  async list(userId: string): Promise<ApiKey[]> {
    const rows = await this.database.apiKey.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    });
    return rows.map(toApiKey);
  }

  /** One key of this customer; another customer's key is as absent as one that never was. */
  async find(userId: string, id: ApiKeyId): Promise<ApiKey | undefined> {
    const row = await this.database.apiKey.findUnique({ where: { userId_id: { userId, id } } });
    return row === null ? undefined : toApiKey(row);
  }

  /** The customer a key id belongs to. */
  async ownerOf(id: ApiKeyId): Promise<string | undefined> {
    const entry = await this.database.apiKeyDirectory.findUnique({ where: { keyId: id } });
    return entry?.userId;
  }

  /**
   * What the gate needs of a key that may still be used; `undefined` for an unknown id
   * and for a revoked key. Each time two look-ups, each of which finds one row.
   */
  async findRecord(id: ApiKeyId): Promise<KeyRecord | undefined> {
    const [entry] = await this.database.$queryRaw<{ key_id: string; user_id: string }[]>`
      SELECT key_id, user_id FROM api_key_directory
      WHERE key_id IN (${id}, ${DECOY})
      ORDER BY key_id = ${id} DESC
      LIMIT 1`;
    if (entry === undefined) throw new Error('the decoy key is missing');
    const found = { userId: entry.user_id, id: entry.key_id };
    const row = await this.database.apiKey.findUnique({ where: { userId_id: found } });
    if (row === null || row.revokedAt !== null) return undefined;
    return {
      userId: row.userId,
      secretHash: row.secretHash,
      scopes: row.scopes.filter(isScope),
      expiresAt: row.expiresAt ?? undefined,
    };
  }

  /** The ids of all revoked keys, page by page. */
  async *revoked(): AsyncGenerator<readonly ApiKeyId[]> {
    let last: { userId: string; id: string } | undefined;
    do {
      const page: { userId: string; id: string }[] = await this.database.apiKey.findMany({
        where: { revokedAt: { not: null } },
        select: { userId: true, id: true },
        orderBy: [{ userId: 'asc' }, { id: 'asc' }],
        take: PAGE,
        ...(last !== undefined && { cursor: { userId_id: last }, skip: 1 }),
      });
      yield page.map(({ id }) => id).filter(isApiKeyId);
      last = page.length === PAGE ? page.at(-1) : undefined;
    } while (last !== undefined);
  }

  /**
   * Marks a key revoked. Says whether it was this call that did it: a key that is already
   * revoked keeps its first date.
   */
  async revoke(userId: string, id: ApiKeyId, at: Date): Promise<boolean> {
    const { count } = await this.database.apiKey.updateMany({
      where: { userId, id, revokedAt: null },
      data: { revokedAt: at },
    });
    return count === 1;
  }
}

function toApiKey(row: ApiKeyRow): ApiKey {
  if (!isApiKeyId(row.id)) throw new TypeError('api_keys holds an id that is no key id');
  return {
    id: row.id,
    userId: row.userId,
    name: row.name,
    scopes: row.scopes.filter(isScope),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
  };
}
