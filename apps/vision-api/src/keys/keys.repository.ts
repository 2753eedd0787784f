import { Inject, Injectable } from '@nestjs/common';
import { isApiKeyId, type ApiKeyId, type ApiKeyMode } from '@nomo/security-core';
import { randomUUID } from 'node:crypto';
import { type Initiator } from '../audit/audit-events.js';
import { AUDIT, type Audit } from '../audit/audit.js';
import { KeysDatabase } from '../database/doors.js';
import { Prisma, type ApiKey as ApiKeyRow } from '../generated/prisma/client.js';
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
  readonly mode: ApiKeyMode;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | undefined;
}

@Injectable()
export class KeysRepository {
  constructor(
    private readonly database: KeysDatabase,
    @Inject(AUDIT) private readonly audit: Audit,
  ) {}

  /** The id of the customer with this e-mail address, made on first sight. */
  async userIdOf(email: string, initiator: Initiator): Promise<string> {
    const address = normalize(email);
    const known = await this.findUserId(address);
    if (known !== undefined) return known;
    const id = randomUUID();
    try {
      await this.database.withTenant(id, async (tx) => {
        await tx.user.create({ data: { id, email: address } });
        await this.audit.recordAudit(tx, {
          ...initiator,
          tenantId: id,
          action: 'user.created',
          target: { type: 'user', id },
        });
      });
      return id;
    } catch (error) {
      // Somebody else has seen the address first, a moment ago.
      const winner = isDuplicate(error) ? await this.findUserId(address) : undefined;
      if (winner === undefined) throw error;
      return winner;
    }
  }

  /** The id of the customer with this e-mail address, if there is one. */
  async findUserId(email: string): Promise<string | undefined> {
    const entry = await this.database.withoutTenant((tx) =>
      tx.userDirectory.findUnique({ where: { email: normalize(email) } }),
    );
    return entry?.userId;
  }

  /** Stores a new key; the database enters it in the directory with it. */
  async create(key: NewApiKey, initiator: Initiator): Promise<ApiKey> {
    const row = await this.database.withTenant(key.userId, async (tx) => {
      const created = await tx.apiKey.create({
        data: {
          userId: key.userId,
          id: key.id,
          name: key.name,
          secretHash: Uint8Array.from(key.secretHash),
          scopes: [...key.scopes],
          expiresAt: key.expiresAt ?? null,
        },
        omit: { secretHash: true },
      });
      await this.audit.recordAudit(tx, {
        ...initiator,
        tenantId: key.userId,
        action: 'api_key.created',
        target: { type: 'api_key', id: key.id },
        details: {
          mode: key.mode,
          name: key.name,
          scopes: [...key.scopes],
          expiresAt: key.expiresAt?.toISOString() ?? null,
        },
      });
      return created;
    });
    return toApiKey(row);
  }

  /** All keys of a customer, newest first, revoked ones too. */
  async list(userId: string): Promise<ApiKey[]> {
    const rows = await this.database.withTenant(userId, (tx) =>
      tx.apiKey.findMany({
        where: { userId },
        omit: { secretHash: true },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      }),
    );
    return rows.map(toApiKey);
  }

  /** One key of this customer; another customer's key is as absent as one that never was. */
  async find(userId: string, id: ApiKeyId): Promise<ApiKey | undefined> {
    const row = await this.database.withTenant(userId, (tx) =>
      tx.apiKey.findUnique({
        where: { userId_id: { userId, id } },
        omit: { secretHash: true },
      }),
    );
    return row === null ? undefined : toApiKey(row);
  }

  /** The customer a key id belongs to. */
  async ownerOf(id: ApiKeyId): Promise<string | undefined> {
    const entry = await this.database.withoutTenant((tx) =>
      tx.apiKeyDirectory.findUnique({ where: { keyId: id } }),
    );
    return entry?.userId;
  }

  /**
   * Marks a key revoked. Says whether it was this call that did it: a key that is already
   * revoked keeps its first date.
   */
  async revoke(userId: string, id: ApiKeyId, at: Date, initiator: Initiator): Promise<boolean> {
    return this.database.withTenant(userId, async (tx) => {
      const { count } = await tx.apiKey.updateMany({
        where: { userId, id, revokedAt: null },
        data: { revokedAt: at },
      });
      if (count === 0) return false;
      await this.audit.recordAudit(tx, {
        ...initiator,
        tenantId: userId,
        action: 'api_key.revoked',
        target: { type: 'api_key', id },
      });
      return true;
    });
  }
}

function normalize(email: string): string {
  return email.trim().toLowerCase();
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

function toApiKey(row: Omit<ApiKeyRow, 'secretHash'>): ApiKey {
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
