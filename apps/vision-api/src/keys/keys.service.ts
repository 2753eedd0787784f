import { Injectable, Logger } from '@nestjs/common';
import {
  generateApiKey,
  type ApiKeyId,
  type ApiKeyMode,
  type Secret,
} from '@nomo/security-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Initiator } from '../audit/audit-events.js';
import { KeyRecords } from './key-records.js';
import { KeysRepository, type ApiKey } from './keys.repository.js';
import { LATE_REVOCATIONS_KNOWN_MS } from './revocations.js';
import { SCOPES, type Scope } from './scopes.js';

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

/** Enough for a team with a key a machine, and few enough to look through. */
export const MOST_LIVE_KEYS = 100;

/** With the revoked ones; more would be a page that nobody reads. */
export const MOST_LISTED = 500;

const PLAYGROUND = {
  mode: 'test',
  name: 'Playground',
  scopes: SCOPES,
  expiresAt: undefined,
  playground: true,
} as const;

/** A Redis that stands still keeps no revocation waiting for longer than this. */
const TOLD_WITHIN_MS = 1_000;

/** Between two attempts to tell Redis of a revocation. */
const TELL_AGAIN_MS = 200;

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

  /**
   * Makes a key for a customer who does so by themselves.
   *
   * @returns `undefined` where they have {@link MOST_LIVE_KEYS} that are not revoked
   */
  async createOwn(
    userId: string,
    options: CreateKeyOptions,
    initiator: Initiator,
  ): Promise<CreatedKey | undefined> {
    const { id, key, secretHash } = generateApiKey({ mode: options.mode });
    const apiKey = await this.keys.createWithin(
      MOST_LIVE_KEYS,
      { ...options, id, userId, secretHash },
      initiator,
    );
    return apiKey && { apiKey, key };
  }

  /**
   * The key with which a customer tries images out in the console, made where there is none
   * that works. It counts like any other; its secret is known to nobody.
   */
  async playgroundKey(userId: string, initiator: Initiator): Promise<ApiKeyId> {
    const { id, secretHash } = generateApiKey({ mode: PLAYGROUND.mode });
    const key = await this.keys.ensurePlayground(
      { ...PLAYGROUND, id, userId, secretHash },
      initiator,
    );
    return key.id;
  }

  /** The newest keys of a customer, revoked ones too: {@link MOST_LISTED} at most. */
  async listOwn(userId: string): Promise<ApiKey[]> {
    return this.keys.list(userId, MOST_LISTED);
  }

  /** One key of this customer; another's is as absent as one that never was. */
  async findOwn(userId: string, id: ApiKeyId): Promise<ApiKey | undefined> {
    return this.keys.find(userId, id);
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
   * PostgreSQL then, and believes Redis again only once it knows of all revocations. One to
   * which Redis came back just before the commit does not know of this one, so Redis is told
   * again after it; and where it cannot be told, this waits until every process has looked.
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
    if (!(await this.bury(id))) {
      this.logger.warn({ keyId: id }, 'Redis cannot be told of a revocation yet');
    }
    const userId = await this.keys.ownerOf(id);
    if (userId === undefined) return 'unknown';
    const revoked = await this.keys.revoke(userId, id, new Date(), initiator);
    await this.makeKnown(id);
    return revoked ? 'revoked' : 'already-revoked';
  }

  /** Returns once Redis has the tombstone, or every process that believes Redis has looked. */
  private async makeKnown(id: ApiKeyId): Promise<void> {
    const known = performance.now() + LATE_REVOCATIONS_KNOWN_MS;
    while (!(await this.bury(id)) && performance.now() < known) await sleep(TELL_AGAIN_MS);
  }

  /** @returns whether Redis has taken the tombstone in time */
  private async bury(id: ApiKeyId): Promise<boolean> {
    const limit = new AbortController();
    const late = sleep(TOLD_WITHIN_MS, false, { signal: limit.signal }).catch(() => false);
    const told = this.records.bury(id).then(
      () => true,
      (error: unknown) => {
        this.logger.debug(error, 'Redis was not told of a revocation');
        return false;
      },
    );
    const inTime = await Promise.race([told, late]);
    limit.abort();
    return inTime;
  }
}
