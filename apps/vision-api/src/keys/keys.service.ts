import { Injectable } from '@nestjs/common';
import {
  generateApiKey,
  type ApiKeyId,
  type ApiKeyMode,
  type Secret,
} from '@nomo/security-core';
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
  constructor(
    private readonly keys: KeysRepository,
    private readonly records: KeyRecords,
  ) {}

  /** Makes a key for the customer with this e-mail address, and the customer too where needed. */
  async create(email: string, options: CreateKeyOptions): Promise<CreatedKey> {
    const userId = await this.keys.userIdOf(email);
    const { id, key, secretHash } = generateApiKey({ mode: options.mode });
    const { name, scopes, expiresAt } = options;
    const apiKey = await this.keys.create({ id, userId, name, secretHash, scopes, expiresAt });
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
   */
  async revoke(userId: string, id: ApiKeyId): Promise<Revocation> {
    const key = await this.keys.find(userId, id);
    return key === undefined ? 'unknown' : this.revokeAny(id);
  }

  /**
   * Revokes a key whoever owns it, for the operator of the service: also while PostgreSQL
   * is away the key is refused from now on, though the call then fails.
   */
  async revokeAny(id: ApiKeyId): Promise<Revocation> {
    await this.records.bury(id);
    const userId = await this.keys.ownerOf(id);
    if (userId === undefined) return 'unknown';
    return (await this.keys.revoke(userId, id, new Date())) ? 'revoked' : 'already-revoked';
  }
}
