import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { Tenants, type Tx } from '../database/database.js';
import { Pipelines } from '../database/pipelines.js';
import { type Realm, type RealmKey } from '../realms/realm.js';
import { SecurityEventsRecorder } from '../security-events/security-events.recorder.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { needsRehash, PasswordHasher } from './passwords/password-hasher.js';
import {
  passwordFault,
  type PasswordFault,
  passwordFaultReason,
} from './passwords/password-rules.js';
import { type User } from './user.js';
import { type UserChange, UsersRepository } from './users.repository.js';

/** A password that may not be chosen. */
export class PasswordRefused extends Error {
  readonly code = 'password_refused';

  /** @param minLength what the organization wants, in characters */
  constructor(
    readonly fault: PasswordFault,
    minLength: number,
  ) {
    super(passwordFaultReason(fault, minLength));
  }
}

export interface CreateUserInput {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  /** Made by {@link UsersService.hashChosen}. */
  readonly passwordHash: string | undefined;
}

/** Somebody whose password was right, against this hash of it. */
export interface VerifiedUser {
  readonly user: User;
  readonly passwordHash: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly tenants: Tenants,
    private readonly pipelines: Pipelines,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly events: SecurityEventsRecorder,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Whether these are the address and password of an active user. For an unknown address, a
   * wrong password and a deactivated user it does the same work and gives the same answer.
   *
   * @returns with the hash against which the password was right; undefined if it was not
   * @throws {PasswordHasherBusy}
   */
  async verifyPassword(
    realm: Realm,
    email: string,
    password: string,
  ): Promise<VerifiedUser | undefined> {
    const address = normalizeEmail(email);
    const found = await this.users.findToSignIn(this.pipelines.of(realm.orgId), realm, address);
    const genuine = await this.hasher.verify(password, found?.passwordHash);
    if (!genuine || found?.passwordHash === undefined || found.user.status !== 'active') {
      return undefined;
    }
    const { user, passwordHash } = found;
    if (!needsRehash(passwordHash)) return { user, passwordHash };
    const fresh = await this.rehash(realm, user, passwordHash, password);
    // Another sign-in was first with it, or the password is another one since.
    if (fresh === undefined) return this.verifyPassword(realm, address, password);
    return { user, passwordHash: fresh };
  }

  /**
   * Hashes a password that somebody chooses, if it may be chosen. Outside a transaction: it
   * takes some hundredths of a second of a whole core.
   *
   * @throws {PasswordRefused} {PasswordHasherBusy}
   */
  async hashChosen(
    realm: Realm,
    user: Pick<User, 'email' | 'name'>,
    password: string,
  ): Promise<string> {
    const minLength = realm.settings.passwordMinLength;
    const fault = passwordFault(password, {
      minLength,
      about: [user.email, user.name ?? '', realm.name, realm.slug],
    });
    if (fault !== undefined) throw new PasswordRefused(fault, minLength);
    return this.hasher.hash(password);
  }

  /** @throws {EmailTaken} */
  async create(tx: Tx, realm: RealmKey, input: CreateUserInput, origin: Origin): Promise<User> {
    const user = await this.users.insert(tx, realm, {
      ...input,
      email: normalizeEmail(input.email),
      id: uuidv7(),
    });
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.created',
      target: { type: 'user', id: user.id },
      details: { mode: realm.mode },
    });
    return user;
  }

  find(tx: Tx, realm: RealmKey, id: string): Promise<User | undefined> {
    return this.users.find(tx, realm, id);
  }

  /**
   * Changes a user. Another address is not verified unless it is said to be.
   *
   * @returns undefined where there is no such user @throws {EmailTaken}
   */
  async update(
    tx: Tx,
    realm: RealmKey,
    id: string,
    change: UserChange,
    origin: Origin,
  ): Promise<User | undefined> {
    const email = change.email === undefined ? undefined : normalizeEmail(change.email);
    const before = email === undefined ? undefined : await this.users.find(tx, realm, id);
    const user = await this.users.update(tx, realm, id, {
      ...(before?.email !== email && { emailVerified: false }),
      ...change,
      ...(email !== undefined && { email }),
    });
    if (user === undefined) return undefined;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.updated',
      target: { type: 'user', id },
      details: { mode: realm.mode, fields: Object.keys(change) },
    });
    return user;
  }

  /**
   * Sets a password, and ends all sessions of the user: whoever knew the old one is out.
   *
   * @param passwordHash made by {@link UsersService.hashChosen}
   * @returns false where there is no such user
   */
  async setPassword(
    tx: Tx,
    realm: RealmKey,
    id: string,
    passwordHash: string,
    origin: Origin,
  ): Promise<boolean> {
    if (!(await this.users.setPassword(tx, realm, id, passwordHash))) return false;
    await this.sessions.revokeAllOf(tx, realm, id, 'password_changed', origin);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.password_set',
      target: { type: 'user', id },
      details: { mode: realm.mode },
    });
    await this.events.record(tx, realm, {
      type: 'user.password_changed',
      subject: id,
      ip: origin.ip,
    });
    return true;
  }

  /**
   * Lets a user sign in no more; sessions and grants end with it. Nothing happens where they are
   * deactivated already.
   */
  async deactivate(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<void> {
    if (!(await this.users.setStatus(tx, realm, id, 'deactivated'))) return;
    await this.sessions.revokeAllOf(tx, realm, id, 'user_deactivated', origin);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.deactivated',
      target: { type: 'user', id },
      details: { mode: realm.mode },
    });
    await this.events.record(tx, realm, {
      type: 'user.deactivated',
      subject: id,
      ip: origin.ip,
    });
  }

  /** Lets a user sign in again. Nothing happens where they may already. */
  async activate(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<void> {
    if (!(await this.users.setStatus(tx, realm, id, 'active'))) return;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.activated',
      target: { type: 'user', id },
      details: { mode: realm.mode },
    });
  }

  /** @returns the new hash; undefined where the old one is not there any more */
  private async rehash(
    realm: Realm,
    user: User,
    old: string,
    password: string,
  ): Promise<string | undefined> {
    const fresh = await this.hasher.hash(password);
    return this.tenants.withTenant(realm.orgId, async (tx) => {
      if (!(await this.users.replaceHash(tx, realm, user.id, { old, fresh }))) return undefined;
      await this.audit.record(
        tx,
        realm.orgId,
        { actor: { type: 'user', id: user.id } },
        {
          action: 'user.password_rehashed',
          target: { type: 'user', id: user.id },
          details: { mode: realm.mode },
        },
      );
      return fresh;
    });
  }
}

/** An address as it is stored and looked for. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
