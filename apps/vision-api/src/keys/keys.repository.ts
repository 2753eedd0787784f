import { Inject, Injectable } from '@nestjs/common';
import { isApiKeyId, type ApiKeyId, type ApiKeyMode } from '@nomo/security-core';
import { randomUUID } from 'node:crypto';
import { type Initiator } from '../audit/audit-events.js';
import { AUDIT, type Audit } from '../audit/audit.js';
import { KeysDatabase, type Transaction } from '../database/doors.js';
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
  /** Whether it is the console's own, with which images are tried out. */
  readonly playground: boolean;
}

export interface NewApiKey {
  readonly id: ApiKeyId;
  readonly userId: string;
  readonly mode: ApiKeyMode;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | undefined;
  readonly playground?: true;
}

@Injectable()
export class KeysRepository {
  constructor(
    private readonly database: KeysDatabase,
    @Inject(AUDIT) private readonly audit: Audit,
  ) {}

  /** The id of the customer with this e-mail address, made on first sight. */
  async userIdOf(email: string, initiator: Initiator): Promise<string> {
    const address = normalizeEmail(email);
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
      tx.userDirectory.findUnique({ where: { email: normalizeEmail(email) } }),
    );
    return entry?.userId;
  }

  /** Stores a new key; the database enters it in the directory with it. */
  async create(key: NewApiKey, initiator: Initiator): Promise<ApiKey> {
    return this.database.withTenant(key.userId, (tx) => this.insert(tx, key, initiator));
  }

  /**
   * As {@link create}, unless the customer has so many keys that work already, their
   * playground's aside. However many are made at once, one more than that never is.
   */
  async createWithin(
    most: number,
    key: NewApiKey,
    initiator: Initiator,
  ): Promise<ApiKey | undefined> {
    return this.database.withTenant(key.userId, async (tx) => {
      await lockKeysOf(tx, key.userId);
      const there = await tx.apiKey.count({
        where: { userId: key.userId, revokedAt: null, playground: false },
      });
      return there >= most ? undefined : this.insert(tx, key, initiator);
    });
  }

  /** The customer's key for trying images out, which is `fresh` where there is none that works. */
  async ensurePlayground(
    fresh: NewApiKey & { readonly playground: true },
    initiator: Initiator,
  ): Promise<ApiKey> {
    const { userId } = fresh;
    return this.database.withTenant(userId, async (tx) => {
      const known = await findPlayground(tx, userId);
      if (known !== undefined) return known;
      await lockKeysOf(tx, userId);
      return (await findPlayground(tx, userId)) ?? this.insert(tx, fresh, initiator);
    });
  }

  private async insert(tx: Transaction, key: NewApiKey, initiator: Initiator): Promise<ApiKey> {
    const making = tx.apiKey.create({
      data: {
        userId: key.userId,
        id: key.id,
        name: key.name,
        secretHash: Uint8Array.from(key.secretHash),
        scopes: [...key.scopes],
        expiresAt: key.expiresAt ?? null,
        playground: key.playground === true,
      },
      omit: { secretHash: true },
    });
    const row = await this.audit.recordBeside(tx, making, {
      ...initiator,
      tenantId: key.userId,
      action: 'api_key.created',
      target: { type: 'api_key', id: key.id },
      details: {
        mode: key.mode,
        name: key.name,
        scopes: [...key.scopes],
        expiresAt: key.expiresAt?.toISOString() ?? null,
        ...(key.playground && { playground: true }),
      },
    });
    return toApiKey(row);
  }

  /**
   * The keys of a customer, newest first, revoked ones too.
   *
   * @param most - All of them unless given.
   */
  async list(userId: string, most?: number): Promise<ApiKey[]> {
    const rows = await this.database.withTenant(userId, (tx) =>
      tx.apiKey.findMany({
        where: { userId },
        omit: { secretHash: true },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        ...(most !== undefined && { take: most }),
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
    const revoking = this.database.withTenant(userId, async (tx) => {
      const marking = tx.apiKey.updateMany({
        where: { userId, id, revokedAt: null },
        data: { revokedAt: at },
      });
      const { count } = await this.audit.recordBeside(tx, marking, {
        ...initiator,
        tenantId: userId,
        action: 'api_key.revoked',
        target: { type: 'api_key', id },
      });
      // The event with it: nothing has happened that it could tell of.
      if (count === 0) throw new NothingRevoked();
    });
    return revoking.then(
      () => true,
      (error: unknown) => {
        if (error instanceof NothingRevoked) return false;
        throw error;
      },
    );
  }
}

class NothingRevoked extends Error {}

/** An e-mail address as customers are known by it. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Whoever looks at all keys of a customer before making one waits for the others who do. */
async function lockKeysOf(tx: Transaction, userId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('api_keys ' || ${userId}, 0))`;
}

async function findPlayground(tx: Transaction, userId: string): Promise<ApiKey | undefined> {
  const row = await tx.apiKey.findFirst({
    where: { userId, playground: true, revokedAt: null },
    omit: { secretHash: true },
  });
  return row === null ? undefined : toApiKey(row);
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
    playground: row.playground,
  };
}
