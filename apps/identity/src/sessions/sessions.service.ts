import { Injectable } from '@nestjs/common';
import { type RevocationReason } from '@nomo/oauth-engine';
import { generateToken, type Secret, sha256Digest } from '@nomo/security-core';
import { type AskingTransaction, type WritingTransaction } from '@nomo/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { Tenants, type Tx } from '../database/database.js';
import { GrantsService } from '../grants/grants.service.js';
import { LogoutOutbox } from '../oauth/logout/logout-outbox.js';
import { type Realm, type RealmKey } from '../realms/realm.js';
import { type Session, type SessionEnd } from './session.js';
import { SessionsRepository } from './sessions.repository.js';

/** Who has just proved who they are, and how. */
export interface Authentication {
  readonly userId: string;
  readonly acr: string | undefined;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  /** Against which their password was right. It has to be theirs still when the session starts. */
  readonly passwordHash: string | undefined;
}

export interface NewSession {
  readonly session: Session;
  /** For the browser's cookie. It exists here and nowhere else. */
  readonly token: Secret<string>;
  readonly passwordHash: string | undefined;
  /** The session that the browser had before. */
  readonly before: Session | undefined;
}

/** What is kept of a browser's name for itself. */
const LONGEST_USER_AGENT = 512;
/** A session is noted to be in use this often, not for every request. */
const TOUCH_EVERY_MS = 60_000;
/** The form of a token: 32 bytes in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** Browsers that are signed in. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly tenants: Tenants,
    private readonly sessions: SessionsRepository,
    private readonly grants: GrantsService,
    private readonly logouts: LogoutOutbox,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * A session for a user who has just proved who they are, always under a new token: what a
   * browser held before the sign-in is worth nothing after it. It is none before {@link start}.
   *
   * @param before the session that the browser has. If it is the same user's, it goes on, so that
   *   signing out reaches the applications of both; somebody else's ends.
   */
  prepare(
    realm: Realm,
    { userId, acr, amr, passwordHash }: Authentication,
    origin: Origin,
    before?: Session,
  ): NewSession {
    const now = new Date();
    const renewed = before?.userId === userId ? before : undefined;
    const session = {
      id: renewed?.id ?? uuidv7(),
      userId,
      authenticatedAt: now,
      acr,
      amr,
      createdAt: renewed?.createdAt ?? now,
      lastSeenAt: now,
      idleExpiresAt: later(now, realm.settings.sessionIdleTtl),
      expiresAt: later(now, realm.settings.sessionTtl),
      revokedAt: undefined,
      ip: origin.ip,
      userAgent: origin.userAgent?.slice(0, LONGEST_USER_AGENT),
    };
    return { session, token: generateToken(), passwordHash, before };
  }

  /**
   * Where its user may not sign in like that any longer, or the session that was to go on has
   * ended, the transaction fails: {@link isNotStanding}.
   */
  async start(
    tx: AskingTransaction,
    realm: RealmKey,
    { session, token, passwordHash, before }: NewSession,
    origin: Origin,
  ): Promise<void> {
    const { id, userId, amr } = session;
    const tokenDigest = sha256Digest(token);
    await this.sessions.begin(tx, realm, { session, tokenDigest, passwordHash });
    if (before !== undefined && before.id !== id) await this.replace(tx, realm, before, origin);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'user.signed_in',
      target: { type: 'user', id: userId },
      details: { mode: realm.mode, sessionId: id, amr: [...amr] },
    });
  }

  /** Signs out whom somebody else takes the place of, as they would by themselves. */
  private async replace(
    tx: AskingTransaction,
    realm: RealmKey,
    { id }: Session,
    origin: Origin,
  ): Promise<void> {
    const userId = await this.sessions.revoke(tx, realm, id, 'replaced');
    if (userId === undefined) return;
    await this.noteEnd(tx, realm, id, userId, 'replaced', origin);
    await this.logouts.putForSessions(tx, realm, [id]);
    await this.grants.revokeOfSession(tx, realm, id, 'signed_out', origin);
  }

  /** The session that a browser's token stands for, if it lives and its user may sign in. */
  async find(realm: Realm, token: string): Promise<Session | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const now = new Date();
    return this.tenants.withTenant(realm.orgId, async (tx) => {
      const session = await this.sessions.findLiving(tx, realm, sha256Digest(token), now);
      if (session === undefined) return undefined;
      if (now.getTime() - session.lastSeenAt.getTime() > TOUCH_EVERY_MS) {
        await this.sessions.touch(tx, realm.orgId, session.id, {
          lastSeenAt: now,
          idleExpiresAt: later(now, realm.settings.sessionIdleTtl),
        });
      }
      return session;
    });
  }

  /**
   * Ends a session and the grants that were given at it, and has their applications told. False
   * where none lives.
   */
  async revoke(
    tx: Tx,
    realm: RealmKey,
    id: string,
    reason: SessionEnd,
    origin: Origin,
  ): Promise<boolean> {
    const userId = await this.sessions.revoke(tx, realm, id, reason);
    if (userId === undefined) return false;
    await this.noteEnd(tx, realm, id, userId, reason, origin);
    await this.logouts.putForSessions(tx, realm, [id]);
    await this.grants.revokeAll(tx, realm, { sessionId: id }, revocationReason(reason), origin);
    return true;
  }

  /**
   * Ends all sessions and grants of a user, and has their applications told. Returns how many
   * sessions there were.
   */
  async revokeAllOf(
    tx: Tx,
    realm: RealmKey,
    userId: string,
    reason: SessionEnd,
    origin: Origin,
  ): Promise<number> {
    const ids = await this.sessions.revokeAllOf(tx, realm, userId, reason);
    for (const id of ids) await this.noteEnd(tx, realm, id, userId, reason, origin);
    await this.logouts.putForSessions(tx, realm, ids);
    await this.grants.revokeAll(tx, realm, { userId }, revocationReason(reason), origin);
    return ids.length;
  }

  private async noteEnd(
    tx: WritingTransaction,
    realm: RealmKey,
    id: string,
    userId: string,
    reason: SessionEnd,
    origin: Origin,
  ): Promise<void> {
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'session.revoked',
      target: { type: 'session', id },
      details: { mode: realm.mode, userId, reason },
    });
  }
}

function later(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1_000);
}

function revocationReason(reason: SessionEnd): RevocationReason {
  switch (reason) {
    case 'signed_out':
    case 'replaced':
      return 'signed_out';
    case 'user_deactivated':
      return 'user_deactivated';
    case 'password_changed':
      return 'revoked_by_user';
    case 'revoked_by_operator':
      return 'revoked_by_operator';
  }
}
