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

/** No customer has this id. A look-up that found no customer goes on with it, so that it does the same work. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  /** The id of the customer with this e-mail address, made on first sight. */
  async userIdOf(email: string): Promise<string> {
    const address = email.trim().toLowerCase();
    const { id } = await this.database.user.upsert({
      where: { email: address },
      create: { email: address },
      update: {},
    });
    return id;
  }

  /** The id of the customer with this e-mail address, if there is one. */
  async findUserId(email: string): Promise<string | undefined> {
    const user = await this.database.user.findUnique({
      where: { email: email.trim().toLowerCase() },
    });
    return user?.id;
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
        directory: { create: {} },
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
   * and for a revoked key, by the same two look-ups.
   */
  async findRecord(id: ApiKeyId): Promise<KeyRecord | undefined> {
    const userId = (await this.ownerOf(id)) ?? NOBODY;
    const row = await this.database.apiKey.findUnique({ where: { userId_id: { userId, id } } });
    if (row === null || row.revokedAt !== null) return undefined;
    return {
      userId,
      secretHash: row.secretHash,
      scopes: row.scopes.filter(isScope),
      expiresAt: row.expiresAt ?? undefined,
    };
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
