import { Injectable, Logger } from '@nestjs/common';
import {
  generateApiKey,
  type ApiKeyId,
  type ApiKeyMode,
  type Secret,
} from '@nomo/security-core';
import { type Initiator } from '../audit/audit-events.js';
import { KeyRecords } from './key-records.js';
import { KeysRepository, type ApiKey } from './keys.repository.js';
import { type Scope } from './scopes.js';

export interface CreateKeyOptions {
  readonly mode: ApiKeyMode;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | undefined;
}

export interface CreatedKey {
  readonly apiKey: ApiKey;
  /** The whole key, `<key_id>.<secret>`. It exists here and nowhere else: show it once. */
  readonly key: Secret<string>;
}

export type Revocation = 'revoked' | 'already-revoked' | 'unknown';

@Injectable()
export class KeysService {
  private readonly logger = new Logger('Keys');
  private readonly security = new Logger('Security');

  constructor(
    private readonly keys: KeysRepository,
    private readonly records: KeyRecords,
  ) {}

  /** Makes a key for the customer with this e-mail address, and the customer too where needed. */
  async create(
    email: string,
    options: CreateKeyOptions,
    initiator: Initiator,
  ): Promise<CreatedKey> {
    const userId = await this.keys.userIdOf(email, initiator);
    const { id, key, secretHash } = generateApiKey({ mode: options.mode });
    const apiKey = await this.keys.create({ ...options, id, userId, secretHash }, initiator);
    return { apiKey, key };
  }

  /** The id of the customer with this e-mail address. */
  async customer(email: string): Promise<string | undefined> {
    return this.keys.findUserId(email);
  }

  /** The keys of the customer with this e-mail address; `undefined` where there is no such customer. */
  async list(email: string): Promise<ApiKey[] | undefined> {
    const userId = await this.keys.findUserId(email);
    return userId === undefined ? undefined : this.keys.list(userId);
  }

  /** The key with this id, whoever owns it: for the operator of the service. */
  async find(id: ApiKeyId): Promise<ApiKey | undefined> {
    const userId = await this.keys.ownerOf(id);
    return userId === undefined ? undefined : this.keys.find(userId, id);
  }

  /**
   * Revokes a key for good. From the moment this resolves no process accepts it.
   *
   * Redis hears of it first: if the write to PostgreSQL then fails, the caller is told and
   * the key is refused already, whereas the other order could leave a key at work that
   * its owner believes dead.
   *
   * While Redis is away the commit in PostgreSQL is the revocation: every process asks
   * PostgreSQL then, and believes Redis again only once it knows of all revocations.
   */
  async revoke(userId: string, id: ApiKeyId, initiator: Initiator): Promise<Revocation> {
    const key = await this.keys.find(userId, id);
    if (key !== undefined) return this.revokeAny(id, initiator);
    this.security.warn(
      { event: 'foreign_key', keyId: id, userId, actor: initiator.actor },
      'A key was to be revoked that the customer does not have',
    );
    return 'unknown';
  }

  /**
   * Revokes a key whoever owns it, for the operator of the service: also while PostgreSQL
   * is away the key is refused from now on, though the call then fails.
   */
  async revokeAny(id: ApiKeyId, initiator: Initiator): Promise<Revocation> {
    const buried = await this.bury(id);
    const userId = await this.keys.ownerOf(id);
    if (userId === undefined) return 'unknown';
    const revoked = await this.keys.revoke(userId, id, new Date(), initiator);
    // Redis may have come back after the others had asked PostgreSQL what was revoked.
    if (!buried) await this.bury(id);
    return revoked ? 'revoked' : 'already-revoked';
  }

  /** @returns whether Redis has taken the tombstone */
  private async bury(id: ApiKeyId): Promise<boolean> {
    return this.records.bury(id).then(
      () => true,
      (error: unknown) => {
        this.logger.warn(error, 'Redis was not told of a revocation');
        return false;
      },
    );
  }
}
