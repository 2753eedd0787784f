import { Injectable } from '@nestjs/common';
import { type Secret } from '@nomo/security-core';
import { afterCommit, type AskingTransaction } from '@nomo/tenancy';
import { type Request, type Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin, originOf } from '../audit/origin.js';
import { Tenants, type Tx } from '../database/database.js';
import { Pipelines } from '../database/pipelines.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { BrowserSessions } from '../oauth/browser/browser-sessions.js';
import { type Realm } from '../realms/realm.js';
import { SecurityEventsRecorder } from '../security-events/security-events.recorder.js';
import { type Session } from '../sessions/session.js';
import { isNotStanding } from '../sessions/sessions.repository.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { normalizeEmail, UsersService, type VerifiedUser } from '../users/users.service.js';
import { KnownDevices } from './devices/known-devices.js';
import { lockOutNoticeBucket, signInBuckets } from './limits/buckets.js';

export interface Credentials {
  /** As it was typed. */
  readonly email: string;
  readonly password: string;
}

/** Somebody who has proved who they are. Their session has yet to be started. */
export interface Authenticated {
  readonly kind: 'authenticated';
  readonly session: Session;
  readonly token: Secret<string>;
  /** Starts it. Once `tx` has committed the browser is signed in. */
  readonly startIn: (tx: AskingTransaction) => Promise<void>;
  /**
   * Starts it by itself, where no transaction is known to have. It is one session all the same.
   *
   * @throws {SignInOvertaken}
   */
  readonly startUnlessDone: () => Promise<void>;
}

/**
 * What the sign-in rested on is no more: the password was changed since it was verified, the user
 * deactivated, or the session that it was to go on with has ended.
 */
export class SignInOvertaken extends Error {
  readonly code = 'sign_in_overtaken';
}

export type SignInOutcome =
  | Authenticated
  /** Wrong password, no such account, deactivated: nobody is told which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number };

/** Who acts before anybody is known. */
const NOBODY = { type: 'service', id: 'sign-in' } as const;
/** The target of a failed sign-in by an address that is nobody's. */
const NO_USER = 'unknown';
/**
 * How long the answer to a failure takes at least that locks an address: many times longer than
 * writing it down, so that nobody can tell by it whether there was an event to be written, too.
 */
export const LOCK_OUT_TAKES_MS = 250;

/** Signs people in by password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly tenants: Tenants,
    private readonly pipelines: Pipelines,
    private readonly users: UsersService,
    private readonly repository: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly browsers: BrowserSessions,
    private readonly devices: KnownDevices,
    private readonly limits: AttemptLimits,
    private readonly events: SecurityEventsRecorder,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Checks credentials. What is answered, and the work that is done for it, do not depend on
   * whether the account exists. Where they are right the caller has the session started, whatever
   * becomes of what it was for: otherwise a guess that was right would leave no trace.
   *
   * @throws {PasswordHasherBusy} nothing was counted
   */
  async signIn(
    realm: Realm,
    request: Request,
    response: Response,
    { email, password }: Credentials,
  ): Promise<SignInOutcome> {
    const address = normalizeEmail(email);
    const somebody = originOf(request, NOBODY);
    const knownDevice = this.devices.find(realm, request, address);
    const buckets = signInBuckets({ realm, address, ip: somebody.ip ?? '', knownDevice });
    const attempt = await this.limits.take([...buckets.ofAccount, ...buckets.others]);
    if (!attempt.allowed) return { kind: 'limited', retryAfterMs: attempt.retryAfterMs };

    let verified: VerifiedUser | undefined;
    let before: Session | undefined;
    try {
      before = await this.browsers.find(realm, request);
      verified = await this.users.verifyPassword(realm, address, password);
    } catch (error) {
      await attempt.giveBack();
      throw error;
    }
    if (verified === undefined) {
      const locked = buckets.ofAccount.some(({ key }) => attempt.emptied.includes(key));
      await this.noteFailure(realm, address, somebody, locked);
      return { kind: 'refused' };
    }
    await attempt.giveBack();
    const { user, passwordHash } = verified;
    const origin = originOf(request, { type: 'user', id: user.id });
    const proved = { userId: user.id, acr: undefined, amr: ['pwd'], passwordHash };
    const prepared = this.sessions.prepare(realm, proved, origin, before);
    const { session, token } = prepared;
    let started = false;
    const startIn = async (tx: AskingTransaction): Promise<void> => {
      // Before what others have to do then: it is done when the caller goes on.
      afterCommit(tx, () => {
        started = true;
        this.remember(realm, request, response, { email, sessionToken: token });
      });
      await this.sessions.start(tx, realm, prepared, origin);
      // Of the very first sign-in its user knows.
      if (knownDevice === undefined && user.lastSignInAt !== undefined) {
        await this.events.record(tx, realm, {
          type: 'user.signed_in_from_new_device',
          subject: user.id,
          data: { sessionId: session.id },
          ip: origin.ip,
        });
      }
    };
    const startUnlessDone = async (): Promise<void> => {
      if (started) return;
      try {
        await this.pipelines.withTenant(realm.orgId, startIn);
      } catch (error) {
        throw isNotStanding(error) ? new SignInOvertaken() : error;
      }
    };
    return { kind: 'authenticated', session, token, startIn, startUnlessDone };
  }

  /** Has a browser remember its session, and by which address it has signed in. */
  remember(
    realm: Realm,
    request: Request,
    response: Response,
    { email, sessionToken }: { readonly email: string; readonly sessionToken: Secret<string> },
  ): void {
    this.browsers.remember(response, realm, sessionToken);
    this.devices.remember(realm, request, response, normalizeEmail(email));
  }

  /**
   * Writes a failure down: the audit trail, and where it locked the address, the security event, in
   * one transaction. The same for an address that is nobody's as for somebody's: one look, one row;
   * the event that somebody's has besides is covered by the time that every lock-out takes.
   */
  private async noteFailure(
    realm: Realm,
    address: string,
    origin: Origin,
    locked: boolean,
  ): Promise<void> {
    if (!locked) {
      await this.tenants.withTenant(realm.orgId, (tx) =>
        this.recordFailure(tx, realm, address, origin, 'credentials'),
      );
      return;
    }
    await Promise.all([this.noteLockOut(realm, address, origin), sleep(LOCK_OUT_TAKES_MS)]);
  }

  private async noteLockOut(realm: Realm, address: string, origin: Origin): Promise<void> {
    const notice = await this.limits.take([lockOutNoticeBucket(realm, address)]);
    try {
      await this.tenants.withTenant(realm.orgId, async (tx) => {
        const userId = await this.recordFailure(tx, realm, address, origin, 'locked_out');
        if (userId === undefined || !notice.allowed) return;
        await this.events.record(tx, realm, {
          type: 'user.locked_out',
          subject: userId,
          ip: origin.ip,
        });
      });
    } catch (error) {
      await notice.giveBack();
      throw error;
    }
  }

  /** @returns whose address it is */
  private async recordFailure(
    tx: Tx,
    realm: Realm,
    address: string,
    origin: Origin,
    reason: 'credentials' | 'locked_out',
  ): Promise<string | undefined> {
    const found = await this.repository.findByEmail(tx, realm, address);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.sign_in_failed',
      target: { type: 'user', id: found?.id ?? NO_USER },
      details: { mode: realm.mode, reason },
    });
    return found?.id;
  }
}
