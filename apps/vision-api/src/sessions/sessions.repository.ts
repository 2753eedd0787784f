import { Inject, Injectable } from '@nestjs/common';
import { type Initiator, type SessionEnd } from '../audit/audit-events.js';
import { AUDIT, type Audit } from '../audit/audit.js';
import { ConsoleDatabase, type Transaction } from '../database/doors.js';
import { type Session } from './session.js';

/** A living session, as it is stored. */
export type StoredSession = Omit<Session, 'csrfToken'>;

/** A message of the provider that sessions have ended there. */
export interface ProviderLogout {
  /** SHA-256 of what names the message: it counts once. */
  readonly messageHash: Uint8Array;
  /** Until when the message could be sent again. */
  readonly expiresAt: Date;
  readonly issuer: string;
  /** Whose sessions; `undefined` where the message names a session alone. */
  readonly subject: string | undefined;
  /** Which of them, by the provider's name for it; `undefined`: all. */
  readonly providerSession: Uint8Array | undefined;
}

/** The sessions of browsers in PostgreSQL. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: ConsoleDatabase,
    @Inject(AUDIT) private readonly audit: Audit,
  ) {}

  /** The living session that a token opens, by the token's SHA-256. */
  async find(tokenHash: Uint8Array, now: Date): Promise<StoredSession | undefined> {
    const entry = await this.database.withoutTenant((tx) =>
      tx.sessionDirectory.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) } }),
    );
    if (entry === null) return undefined;
    const { userId, sessionId: id } = entry;
    const row = await this.database.withTenant(userId, (tx) =>
      tx.session.findUnique({
        where: { userId_id: { userId, id }, idleExpiresAt: { gt: now } },
        omit: { tokenHash: true, idToken: true },
        include: { identity: true },
      }),
    );
    if (row === null) return undefined;
    const { issuer, expiresAt, idleExpiresAt, identity } = row;
    const name = identity.name ?? undefined;
    return { id, userId, issuer, email: identity.email, name, expiresAt, idleExpiresAt };
  }

  /**
   * Moves the time on at which a session ends for want of use.
   *
   * @unaudited That a page was looked at is use, not a change of state.
   */
  async prolong({ userId, id }: StoredSession, idleExpiresAt: Date): Promise<void> {
    await this.database.withTenant(userId, (tx) =>
      tx.session.updateMany({ where: { userId, id }, data: { idleExpiresAt } }),
    );
  }

  /** How many living sessions a customer has. */
  async count(userId: string, now: Date): Promise<number> {
    return this.database.withTenant(userId, (tx) =>
      tx.session.count({ where: { userId, idleExpiresAt: { gt: now } } }),
    );
  }

  /** Ends one session. @returns its ID token; `undefined` where it has ended before */
  async end(
    { userId, id }: Pick<Session, 'userId' | 'id'>,
    reason: SessionEnd,
    initiator: Initiator,
  ): Promise<string | undefined> {
    return this.database.withTenant(userId, async (tx) => {
      const row = await tx.session.findUnique({
        where: { userId_id: { userId, id } },
        select: { idToken: true },
      });
      const ended =
        row !== null && (await this.remove(tx, userId, [id], reason, initiator)) > 0;
      return ended ? row.idToken : undefined;
    });
  }

  /**
   * Ends every session of a customer.
   *
   * @param here - One of them.
   * @returns the ID token of that one; `undefined` where it has ended before
   */
  async endAll(
    { userId, id: here }: Pick<Session, 'userId' | 'id'>,
    initiator: Initiator,
  ): Promise<string | undefined> {
    return this.database.withTenant(userId, async (tx) => {
      const rows = await tx.session.findMany({
        where: { userId },
        select: { id: true, idToken: true },
      });
      const ids = rows.map(({ id }) => id);
      await this.remove(tx, userId, ids, 'signed_out_everywhere', initiator);
      return rows.find(({ id }) => id === here)?.idToken;
    });
  }

  /**
   * Ends what a provider says has ended there.
   *
   * @returns `false` for a message that was used before: nothing was done
   */
  async endByProvider(
    { messageHash, expiresAt, issuer, subject, providerSession }: ProviderLogout,
    initiator: Initiator,
  ): Promise<boolean> {
    const userId = await this.userOf(issuer, subject, providerSession);
    const use = (tx: Transaction): Promise<boolean> => useOnce(tx, messageHash, expiresAt);
    if (userId === undefined) return this.database.withoutTenant(use);
    return this.database.withTenant(userId, async (tx) => {
      if (!(await use(tx))) return false;
      const rows = await tx.session.findMany({
        where: {
          userId,
          issuer,
          ...(providerSession !== undefined && {
            providerSession: Uint8Array.from(providerSession),
          }),
          ...(subject !== undefined && { identity: { subject } }),
        },
        select: { id: true },
      });
      const ids = rows.map(({ id }) => id);
      await this.remove(tx, userId, ids, 'ended_by_provider', initiator);
      return true;
    });
  }

  private async userOf(
    issuer: string,
    subject: string | undefined,
    providerSession: Uint8Array | undefined,
  ): Promise<string | undefined> {
    const entry = await this.database.withoutTenant((tx) =>
      subject === undefined
        ? tx.sessionDirectory.findFirst({
            where: { providerSession: Uint8Array.from(providerSession ?? []) },
            select: { userId: true },
          })
        : tx.identityDirectory.findUnique({
            where: { issuer_subject: { issuer, subject } },
            select: { userId: true },
          }),
    );
    return entry?.userId;
  }

  /** @returns how many of them were still there */
  private async remove(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    reason: SessionEnd,
    initiator: Initiator,
  ): Promise<number> {
    let removed = 0;
    for (const id of ids) {
      // One by one: of two that end the same session, one tells of it.
      const { count } = await tx.session.deleteMany({ where: { userId, id } });
      if (count === 0) continue;
      removed += count;
      await this.audit.recordAudit(tx, {
        ...initiator,
        tenantId: userId,
        action: 'session.ended',
        target: { type: 'session', id },
        details: { reason },
      });
    }
    return removed;
  }
}

/**
 * Notes that a message was used, in the transaction of what it did.
 *
 * @unaudited The message itself is no change of state; the sessions that it ends tell of themselves.
 * @returns `false` where it was before
 */
async function useOnce(
  tx: Transaction,
  messageHash: Uint8Array,
  expiresAt: Date,
): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    INSERT INTO used_logout_tokens (token_hash, expires_at)
    VALUES (${Uint8Array.from(messageHash)}, ${expiresAt})
    ON CONFLICT DO NOTHING`;
  return inserted === 1;
}
